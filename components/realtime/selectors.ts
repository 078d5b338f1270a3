import type { Message, Receipts } from "#protocol/objects.ts";

import { outboxKey } from "./apply.ts";
import type { PendingMessage, State, Thread } from "./state.ts";

const none: readonly PendingMessage[] = [];

/** Unsent messages of a conversation in their order; `null` is a customer's own. */
export function pendingOf(state: Pick<State, "outbox" | "kind">, conversationId: string | null): readonly PendingMessage[] {
  return state.outbox.get(outboxKey(state.kind, conversationId)) ?? none;
}

export type Delivery = "sent" | "delivered" | "read";

/** How far one of my messages came, by the other side's marks. */
export function deliveryOf(message: Pick<Message, "seq" | "senderRole">, receipts: Receipts | null): Delivery {
  const other = message.senderRole === "customer" ? receipts?.staff : receipts?.customer;
  if (other === undefined) return "sent";
  return message.seq <= other.read ? "read" : message.seq <= other.delivered ? "delivered" : "sent";
}

/** How many answers a customer has not read. */
export function countUnread(state: State): number {
  const thread = state.ownConversationId === null ? undefined : state.threads.get(state.ownConversationId);
  return thread === undefined ? 0 : answersAfter(thread).length;
}

/** A customer's first unread answer: where the divider belongs. */
export function firstUnreadAnswer(thread: Thread): number | null {
  return answersAfter(thread)[0]?.seq ?? null;
}

/** Until the marks are known nothing counts as unread, so that no badge blinks. */
function answersAfter(thread: Thread): Message[] {
  const read = thread.receipts?.customer.read ?? Number.POSITIVE_INFINITY;
  return thread.messages.filter(({ senderRole, seq }) => (senderRole === "agent" || senderRole === "admin") && seq > read);
}

/** Who answers a customer: the assignee, else whoever of staff wrote last. */
export function answeringName(state: State): string | null {
  const assignee = state.own?.assignee ?? null;
  if (assignee !== null) return assignee.name;
  const thread = state.ownConversationId === null ? undefined : state.threads.get(state.ownConversationId);
  const last = thread?.messages.findLast((message) => message.senderRole === "agent" || message.senderRole === "admin");
  return last?.senderName ?? null;
}

/** Keeps an own message's element while it turns from pending into stored: use it as React's key. */
export function messageKey(message: Pick<Message, "id" | "clientMsgId">): string {
  return message.clientMsgId ?? message.id;
}
