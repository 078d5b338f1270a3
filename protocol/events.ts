import * as z from "zod/mini";

import {
  anyMessage,
  conversation,
  id,
  mark,
  notice,
  ownConversation,
  presence,
  presenceCounts,
  receipts,
  time,
  user,
  waiter,
} from "./objects.ts";

export const byeCode = z.enum(["drain", "token_expired", "revoked", "slow_consumer", "disconnected", "merged"]);

/** Every event a server sends, by name. Clients order messages and drop repeats by (conversationId, seq). */
export const events = {
  hello: z.object({
    sessionId: id,
    user,
    /** The customer's newest conversation; null for staff and for who has none. */
    conversationId: z.nullable(id),
    serverTime: time,
    heartbeatMs: z.int(),
    /** Changes when the database was restored to an earlier state: drop every cached position. */
    epoch: z.string(),
    limits: z.object({
      textCharacters: z.int(),
      textBytes: z.int(),
      attachmentsPerMessage: z.int(),
      imageBytes: z.int(),
      imagePixels: z.int(),
      syncMessages: z.int(),
    }),
  }),
  "message:created": z.object({ messages: z.array(anyMessage) }),
  "message:updated": z.object({ messages: z.array(anyMessage), rev: mark }),
  "conversation:updated": z.object({ conversation: z.union([conversation, ownConversation]) }),
  "conversation:heads": z.object({ heads: z.record(z.string(), z.object({ head: mark, rev: mark })) }),
  "receipt:updated": z.object({ conversationId: id, receipts, unread: z.optional(mark) }),
  typing: z.object({ conversationId: id, userId: id, name: z.string(), on: z.boolean() }),
  "waiter:changed": z.object({ waiters: z.array(waiter) }),
  "conversation:urged": z.object({
    conversationId: id,
    customer: z.object({ id, name: z.string(), avatarUrl: z.nullable(z.string()), guest: z.boolean() }),
    at: time,
  }),
  "presence:changed": z.object({
    version: z.int(),
    joined: z.array(presence),
    updated: z.array(presence),
    left: z.array(id),
    counts: presenceCounts,
  }),
  "notice:pushed": z.object({ notice }),
  "notice:updated": z.object({ notice }),
  "notice:withdrawn": z.object({ noticeId: id }),
  push: z.object({ type: z.string(), content: z.unknown() }),
  "session:bye": z.object({ code: byeCode, reconnectInMs: z.nullable(z.int()) }),
} as const;

/** What a push of type `reminder` carries; the console shows it and rings. */
export const reminder = z.object({
  title: z.string(),
  text: z.string(),
  conversationId: z.optional(z.nullable(id)),
});

export type EventName = keyof typeof events;
export type EventPayload<Name extends EventName> = z.infer<(typeof events)[Name]>;
export type ByeCode = z.infer<typeof byeCode>;
