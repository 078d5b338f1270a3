import type { Conversation, ConversationFilter, Message, Presence, Receipts } from "#protocol/objects.ts";

import { outboxKey } from "./apply.ts";
import { changedAt, isListed } from "./rows.ts";
import type { PendingMessage, State, Thread } from "./state.ts";

const none: readonly PendingMessage[] = [];

/** One of the console's lists, newest change first; rows below what is loaded of it are left out. */
export function listConversations(state: Pick<State, "conversations" | "lists" | "me">, filter: ConversationFilter): Conversation[] {
  const { until } = state.lists[filter];
  const myId = state.me?.id ?? null;
  return [...state.conversations.values()]
    .filter((row) => isListed(row, filter, myId) && (until === null || changedAt(row) >= until))
    .sort((one, two) => compare(changedAt(two), changedAt(one)) || compare(two.id, one.id));
}

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

/** How many messages I have not read: a customer's own conversation, or all rows of mine in the console. */
export function countUnread(state: State): number {
  if (state.kind === "staff") {
    const mine = [...state.conversations.values()].filter((row) => isListed(row, "mine", state.me?.id ?? null));
    return mine.reduce((sum, row) => sum + (row.unread ?? 0), 0);
  }
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

/** Colleagues who have this conversation on screen, without me; known only while presence is watched. */
export function viewersOf(state: State, conversationId: string): Presence[] {
  return [...state.presence.users.values()].filter((user) => user.viewing === conversationId && user.userId !== state.me?.id);
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

function compare(one: string, two: string): number {
  return one < two ? -1 : one > two ? 1 : 0;
}
