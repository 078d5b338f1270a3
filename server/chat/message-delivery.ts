import type { Conversation } from "#protocol/objects.ts";

import type { Placed } from "./append-messages.ts";
import type { Delivery, Parcel } from "./delivery.ts";
import type { Node } from "./node.ts";
import { presentToCustomer, presentToItsCustomer } from "./present.ts";
import { rooms } from "./rooms.ts";

/** A stored message with everyone who is to get it. */
export type Outgoing = Pick<Placed, "message" | "customerId" | "assigneeId"> & { readonly sessionId?: string | null };

/** All that one transaction made known: it is told of together. */
export type News = {
  /** The transaction; null where it is not known, then other nodes may hear of it twice. */
  readonly xid: number | null;
  readonly conversations?: readonly Conversation[];
  readonly messages?: readonly Outgoing[];
};

/** How news leave a node, and where it is noted that they did. */
type Exits = { readonly delivery: Pick<Delivery, "deliver">; readonly recentChanges: Node["recentChanges"] };

/** What a batch that was just committed makes known. */
export function newsOf(placed: readonly Placed[]): News {
  return { xid: placed[0]?.xid ?? null, messages: placed.map(outgoingOf) };
}

export function outgoingOf({ message, customerId, assigneeId, draft }: Placed): Outgoing {
  return { message, customerId, assigneeId, sessionId: draft.sessionId };
}

/** Tells everyone concerned of changed conversations and of new messages, after COMMIT. */
export function deliverNews({ delivery, recentChanges }: Exits, { xid, conversations = [], messages = [] }: News): void {
  const parcels: Parcel[] = [];
  for (const conversation of conversations) addConversation(parcels, conversation);
  if (messages.length > 0) recentChanges.note(addMessages(parcels, messages));
  delivery.deliver(parcels, xid);
}

/** All staff are told of a changed conversation, and its customer of what concerns it. */
function addConversation(parcels: Parcel[], changed: Conversation): void {
  const { unread: _, ...conversation } = changed;
  parcels.push(
    { rooms: [rooms.staff], event: "conversation:updated", payload: { conversation } },
    { rooms: [rooms.user(conversation.customer.id)], event: "conversation:updated", payload: { conversation: presentToItsCustomer(conversation) } },
  );
}

/**
 * One frame for all waiters, and one for each conversation's customer together with the staff outside the
 * room `waiters` who have to do with it. The session that sent them is left out of its own conversation's
 * frame: it has its answer. Answers the conversations.
 */
function addMessages(parcels: Parcel[], outgoing: readonly Outgoing[]): Iterable<string> {
  const conversations = new Map<string, Outgoing[]>();
  for (const one of outgoing) {
    const list = conversations.get(one.message.conversationId);
    if (list === undefined) conversations.set(one.message.conversationId, [one]);
    else list.push(one);
  }
  parcels.push({ rooms: [rooms.waiters], event: "message:created", payload: { messages: outgoing.map((one) => one.message) } });
  for (const list of conversations.values()) addMessagesOf(parcels, list);
  return conversations.keys();
}

/* A note makes what the customer sees differ from what staff see; otherwise one frame serves both. */
function addMessagesOf(parcels: Parcel[], list: readonly Outgoing[]): void {
  const [first] = list;
  if (first === undefined) return;
  const messages = list.map((one) => one.message);
  const sender = first.sessionId ?? null;
  const exceptSession = sender !== null && list.every((one) => one.sessionId === sender) ? sender : undefined;
  const customer = rooms.user(first.customerId);
  const staff = staffRooms(first.message.conversationId, list);
  if (messages.some((message) => message.kind === "note")) {
    parcels.push({ rooms: [customer], event: "message:created", payload: { messages: messages.map(presentToCustomer) } });
    parcels.push({ rooms: staff, except: rooms.waiters, exceptSession, event: "message:created", payload: { messages } });
  } else {
    parcels.push({ rooms: [customer, ...staff], except: rooms.waiters, exceptSession, event: "message:created", payload: { messages } });
  }
}

/** An edited or recalled message, and at which `rev` of its conversation. */
export type Update = Outgoing & { readonly xid: number; readonly rev: number };

/** Tells of an edit or a recall: the same people as of a new message. */
export function deliverUpdate({ delivery, recentChanges }: Exits, update: Update): void {
  const { message, rev, xid, customerId } = update;
  recentChanges.note([message.conversationId]);
  delivery.deliver(
    [
      { rooms: [rooms.waiters, ...staffRooms(message.conversationId, [update])], event: "message:updated", payload: { messages: [message], rev } },
      { rooms: [rooms.user(customerId)], event: "message:updated", payload: { messages: [presentToCustomer(message)], rev } },
    ],
    xid,
  );
}

function staffRooms(conversationId: string, list: readonly Outgoing[]): string[] {
  const names = [rooms.conversation(conversationId)];
  for (const { message, customerId, assigneeId } of list) {
    if (assigneeId !== null) names.push(rooms.user(assigneeId));
    if (message.senderId !== null && message.senderId !== customerId) names.push(rooms.user(message.senderId));
  }
  return names;
}
