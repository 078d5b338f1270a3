import type { Conversation, HiddenMessage, Message, OwnConversation, Receipts, SenderRole, User } from "#protocol/objects.ts";

import type { Identity } from "#server/auth/identity.ts";

import type { StoredKind } from "./message-draft.ts";

/** Rows leave the domain through here and nowhere else. */

/** A message as the queries of this folder select it; `attachments` are presented already. */
export type MessageRow = {
  id: string;
  conversationId: string;
  seq: number;
  kind: StoredKind;
  text: string;
  attachments: Message["attachments"];
  senderId: string | null;
  senderRole: SenderRole;
  senderName: string | null;
  clientMsgId: string | null;
  replyTo: number | null;
  at: Date;
  editedAt: Date | null;
  recalledAt: Date | null;
};

export function presentMessage(row: MessageRow): Message {
  return {
    id: row.id,
    conversationId: row.conversationId,
    seq: row.seq,
    kind: row.kind,
    text: row.recalledAt === null ? row.text : "",
    attachments: row.recalledAt === null ? row.attachments : [],
    senderId: row.senderId,
    senderRole: row.senderRole,
    senderName: row.senderName ?? "",
    clientMsgId: row.clientMsgId,
    replyTo: row.replyTo,
    createdAt: row.at.toISOString(),
    editedAt: row.editedAt?.toISOString() ?? null,
    recalledAt: row.recalledAt?.toISOString() ?? null,
  };
}

/** The same message as its customer may see it: a note leaves only its number. */
export function presentToCustomer(message: Message): Message | HiddenMessage {
  if (message.kind !== "note") return message;
  return { conversationId: message.conversationId, seq: message.seq, kind: "hidden" };
}

export function presentUser(identity: Identity): User {
  const { userId: id, role, name, avatarUrl, guest, externalId } = identity;
  return { id, role, name, avatarUrl, guest, externalId };
}

/** A conversation as `loadConversations` selects it. */
export type ConversationRow = {
  id: string;
  customerId: string;
  customerName: string;
  customerAvatarUrl: string | null;
  customerGuest: boolean;
  assigneeId: string | null;
  assigneeName: string | null;
  status: Conversation["status"];
  head: number;
  rev: number;
  waitingSince: Date | null;
  snoozedUntil: Date | null;
  priority: Conversation["priority"];
  tags: string[];
  createdAt: Date;
  updatedAt: Date;
  customerDelivered: number;
  customerRead: number;
  staffDelivered: number;
  staffRead: number;
  unread: number | null;
};

export function presentReceipts(row: Pick<ConversationRow, "customerDelivered" | "customerRead" | "staffDelivered" | "staffRead">): Receipts {
  return {
    customer: { delivered: row.customerDelivered, read: row.customerRead },
    staff: { delivered: row.staffDelivered, read: row.staffRead },
  };
}

export function presentConversation(row: ConversationRow, lastMessage: Message | null): Conversation {
  return {
    id: row.id,
    customer: { id: row.customerId, name: row.customerName, avatarUrl: row.customerAvatarUrl, guest: row.customerGuest },
    status: row.status,
    assignee: row.assigneeId === null ? null : { id: row.assigneeId, name: row.assigneeName ?? "" },
    head: row.head,
    rev: row.rev,
    lastMessage,
    ...(row.unread === null ? {} : { unread: row.unread }),
    waitingSince: row.waitingSince?.toISOString() ?? null,
    snoozedUntil: row.snoozedUntil?.toISOString() ?? null,
    priority: row.priority,
    tags: row.tags,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    receipts: presentReceipts(row),
  };
}

/** What its customer is told of a conversation: nothing of priorities, tags and colleagues. */
export function presentToItsCustomer({ id, status, assignee, head, rev, receipts }: Conversation): OwnConversation {
  return { id, status, assignee, head, rev, receipts };
}
