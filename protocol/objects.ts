import * as z from "zod/mini";

import { limits } from "./limits.ts";

/* Texts that PostgreSQL cannot hold or that no two systems agree on: NUL, non-characters, lone surrogates. */
const unstorable = /[\u0000\uFFFE\uFFFF]|\p{Surrogate}/u;
const encoder = new TextEncoder();

/** Any UUID, in lower case. */
export const id = z.guid().check(z.toLowerCase());
/** ISO 8601 in UTC with milliseconds. */
export const time = z.iso.datetime();
/** A position in a conversation: 1, 2, 3 … */
export const seq = z.int().check(z.minimum(1));
/** A high-water mark; 0 is "nothing yet". */
export const mark = z.int().check(z.minimum(0));

/** A storable string of `min` to `max` UTF-16 units; blanks alone count as empty where `min` is at least 1. */
export function line(min: number, max: number) {
  return z.string().check(
    z.maxLength(max),
    z.refine((value) => !unstorable.test(value), "must be well-formed Unicode without control character NUL"),
    z.refine((value) => min === 0 || value.trim().length >= min, `must have at least ${min} characters`),
  );
}

/** The text of a message: at most 4,000 UTF-16 units and 16 KB of UTF-8; may be empty. */
export const messageText = line(0, limits.textCharacters).check(
  z.refine((value) => encoder.encode(value).length <= limits.textBytes, `must be at most ${limits.textBytes} bytes`),
);

export const role = z.enum(["customer", "agent", "admin"]);
export const staffRole = z.enum(["agent", "admin"]);
export const senderRole = z.enum(["customer", "agent", "admin", "system"]);
export const messageKind = z.enum(["text", "image", "file", "note", "system", "hidden"]);
export const conversationStatus = z.enum(["open", "snoozed", "resolved"]);
export const priority = z.enum(["low", "normal", "high", "urgent"]);
export const availability = z.enum(["online", "away", "busy"]);
export const noticeLevel = z.enum(["info", "warning", "urgent"]);
export const noticeAudience = z.enum(["everyone", "customers", "staff"]);
export const noticeStatus = z.enum(["draft", "scheduled", "published", "withdrawn"]);
export const noticeMark = z.enum(["seen", "dismissed", "acknowledged"]);
export const conversationFilter = z.enum(["mine", "unassigned", "all", "resolved"]);
export const tags = z.array(line(1, limits.tagCharacters)).check(z.maxLength(limits.tags));
export const page = z.object({ url: line(0, limits.urlCharacters), title: line(0, limits.titleCharacters) });

export const user = z.object({
  id,
  role,
  name: z.string(),
  avatarUrl: z.nullable(z.string()),
  guest: z.boolean(),
  externalId: z.nullable(z.string()),
});

export const attachment = z.object({
  id,
  mime: z.string(),
  bytes: z.int(),
  name: z.string(),
  width: z.nullable(z.int()),
  height: z.nullable(z.int()),
  /** Base64 of a thumbhash: the picture as a blur before it is loaded. */
  thumbhash: z.nullable(z.string()),
  url: z.string(),
  thumbUrl: z.nullable(z.string()),
});

export const message = z.object({
  id,
  conversationId: id,
  seq,
  kind: messageKind,
  text: z.string(),
  attachments: z.array(attachment),
  senderId: z.nullable(id),
  senderRole,
  senderName: z.string(),
  clientMsgId: z.nullable(id),
  replyTo: z.nullable(seq),
  createdAt: time,
  editedAt: z.nullable(time),
  recalledAt: z.nullable(time),
});

/** What a customer gets in the place of a note, so that its numbers have no gap. */
export const hiddenMessage = z.object({ conversationId: id, seq, kind: z.literal("hidden") });
export const anyMessage = z.union([message, hiddenMessage]);

const marks = z.object({ delivered: mark, read: mark });
/** How far each side has come. `staff` is the furthest of any member of staff. */
export const receipts = z.object({ customer: marks, staff: marks });

export const conversation = z.object({
  id,
  customer: z.object({ id, name: z.string(), avatarUrl: z.nullable(z.string()), guest: z.boolean() }),
  status: conversationStatus,
  assignee: z.nullable(z.object({ id, name: z.string() })),
  head: mark,
  rev: mark,
  lastMessage: z.nullable(message),
  unread: z.optional(mark),
  waitingSince: z.nullable(time),
  snoozedUntil: z.nullable(time),
  priority,
  tags: z.array(z.string()),
  createdAt: time,
  updatedAt: time,
  receipts,
});

/** What the customer of a conversation is told about it. */
export const ownConversation = z.pick(conversation, {
  id: true,
  status: true,
  assignee: true,
  head: true,
  rev: true,
  receipts: true,
});

export const presence = z.object({
  userId: id,
  role,
  name: z.string(),
  guest: z.boolean(),
  status: availability,
  sessions: z.int(),
  since: time,
  page: z.nullable(page),
  viewing: z.nullable(id),
});
export const presenceCounts = z.object({ customers: z.int(), agents: z.int(), sessions: z.int() });

export const waiter = z.object({ userId: id, name: z.string(), online: z.boolean(), since: time });

export const notice = z.object({
  id,
  title: z.string(),
  body: z.string(),
  level: noticeLevel,
  audience: noticeAudience,
  requireAck: z.boolean(),
  status: noticeStatus,
  startsAt: z.nullable(time),
  endsAt: z.nullable(time),
  createdAt: time,
  counts: z.optional(z.object({ online: z.int(), delivered: z.int(), seen: z.int(), acknowledged: z.int() })),
  mine: z.optional(
    z.object({ seenAt: z.nullable(time), dismissedAt: z.nullable(time), acknowledgedAt: z.nullable(time) }),
  ),
});

export type Role = z.infer<typeof role>;
export type SenderRole = z.infer<typeof senderRole>;
export type MessageKind = z.infer<typeof messageKind>;
export type User = z.infer<typeof user>;
export type Attachment = z.infer<typeof attachment>;
export type Message = z.infer<typeof message>;
export type HiddenMessage = z.infer<typeof hiddenMessage>;
export type AnyMessage = z.infer<typeof anyMessage>;
export type Receipts = z.infer<typeof receipts>;
export type Conversation = z.infer<typeof conversation>;
export type OwnConversation = z.infer<typeof ownConversation>;
export type ConversationStatus = z.infer<typeof conversationStatus>;
export type ConversationFilter = z.infer<typeof conversationFilter>;
export type Priority = z.infer<typeof priority>;
export type Availability = z.infer<typeof availability>;
export type Page = z.infer<typeof page>;
export type Presence = z.infer<typeof presence>;
export type PresenceCounts = z.infer<typeof presenceCounts>;
export type Waiter = z.infer<typeof waiter>;
export type Notice = z.infer<typeof notice>;
export type NoticeLevel = z.infer<typeof noticeLevel>;
export type NoticeAudience = z.infer<typeof noticeAudience>;
export type NoticeMark = z.infer<typeof noticeMark>;
