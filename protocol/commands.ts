import * as z from "zod/mini";

import { limits } from "./limits.ts";
import {
  anyMessage,
  availability,
  conversation,
  conversationFilter,
  conversationStatus,
  id,
  mark,
  message,
  messageText,
  notice,
  noticeMark,
  page,
  presence,
  presenceCounts,
  priority,
  receipts,
  seq,
  tags,
  time,
  waiter,
} from "./objects.ts";

const nothing = z.object({});
const pageLimit = z.int().check(z.minimum(1), z.maximum(limits.syncMessages));
const attachmentIds = z.array(id).check(z.minLength(1), z.maxLength(limits.attachmentsPerMessage));
const writtenText = messageText.check(z.refine((value) => value.trim() !== "", "must not be empty"));

/** The envelope of a send, without its content: who, where, which. */
const envelope = { clientMsgId: id, conversationId: z.optional(id), replyTo: z.optional(z.nullable(seq)) };

export const messageContent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), text: writtenText }),
  z.object({ kind: z.literal("note"), text: writtenText }),
  z.object({ kind: z.literal("image"), text: z.optional(messageText), attachmentIds }),
  z.object({ kind: z.literal("file"), text: z.optional(messageText), attachmentIds }),
]);

const sendInput = z.discriminatedUnion("kind", [
  z.object({ ...envelope, kind: z.literal("text"), text: writtenText }),
  z.object({ ...envelope, kind: z.literal("note"), text: writtenText }),
  z.object({ ...envelope, kind: z.literal("image"), text: z.optional(messageText), attachmentIds }),
  z.object({ ...envelope, kind: z.literal("file"), text: z.optional(messageText), attachmentIds }),
]);

/* Exactly one direction: forward from `after`, or backward from `before`. */
const syncInput = z
  .object({
    conversationId: z.optional(id),
    after: z.optional(mark),
    before: z.optional(seq),
    rev: z.optional(mark),
    limit: z.optional(pageLimit),
  })
  .check(z.refine((input) => (input.after === undefined) !== (input.before === undefined), "needs either after or before"));

const waiters = z.object({ waiters: z.array(waiter) });
const oneConversation = z.object({ conversation });
const oneMessage = z.object({ message });

/**
 * Every command: its input, the data of its answer, who may call it, and whether it needs a live
 * session (then it is not offered over HTTP).
 */
export const commands = {
  "message:send": { input: sendInput, data: z.object({ message, duplicate: z.boolean() }), who: "all", live: false },
  "message:edit": { input: z.object({ conversationId: id, seq, text: writtenText }), data: oneMessage, who: "all", live: false },
  "message:recall": { input: z.object({ conversationId: id, seq }), data: oneMessage, who: "all", live: false },
  "conversation:sync": {
    input: syncInput,
    data: z.object({
      conversationId: z.nullable(id),
      messages: z.array(anyMessage),
      updated: z.array(anyMessage),
      head: mark,
      rev: mark,
      more: z.boolean(),
    }),
    who: "all",
    live: false,
  },
  "conversation:read": {
    input: z.object({ conversationId: z.optional(id), read: z.optional(mark), delivered: z.optional(mark) }),
    data: z.object({ receipts }),
    who: "all",
    live: false,
  },
  "conversation:open": { input: z.object({ conversationId: id }), data: oneConversation, who: "staff", live: true },
  "conversation:close": { input: z.object({ conversationId: id }), data: oneConversation, who: "staff", live: true },
  "conversation:claim": { input: z.object({ conversationId: id }), data: oneConversation, who: "staff", live: false },
  "conversation:update": {
    input: z.object({
      conversationId: id,
      status: z.optional(conversationStatus),
      assigneeId: z.optional(z.nullable(id)),
      priority: z.optional(priority),
      tags: z.optional(tags),
      snoozedUntil: z.optional(z.nullable(time)),
    }),
    data: oneConversation,
    who: "staff",
    live: false,
  },
  "conversation:list": {
    input: z.object({
      filter: conversationFilter,
      cursor: z.optional(z.nullable(z.string().check(z.maxLength(200)))),
      limit: z.optional(z.int().check(z.minimum(1), z.maximum(limits.listConversations))),
      changedSince: z.optional(time),
    }),
    data: z.object({
      conversations: z.array(conversation),
      cursor: z.nullable(z.string()),
      counts: z.object({ mine: z.int(), unassigned: z.int(), all: z.int(), resolved: z.int() }),
    }),
    who: "staff",
    live: false,
  },
  "conversation:urge": { input: nothing, data: nothing, who: "customer", live: false },
  typing: { input: z.object({ conversationId: z.optional(id), on: z.boolean() }), data: nothing, who: "all", live: true },
  "waiter:register": { input: z.object({ userId: z.optional(id) }), data: waiters, who: "staff", live: false },
  "waiter:unregister": { input: z.object({ userId: z.optional(id) }), data: waiters, who: "staff", live: false },
  "waiter:list": { input: nothing, data: waiters, who: "staff", live: false },
  "presence:set": {
    input: z.object({ status: z.optional(availability), page: z.optional(z.nullable(page)) }),
    data: nothing,
    who: "all",
    live: true,
  },
  "presence:watch": {
    input: nothing,
    data: z.object({ version: z.int(), users: z.array(presence), counts: presenceCounts }),
    who: "staff",
    live: true,
  },
  "presence:unwatch": { input: nothing, data: nothing, who: "staff", live: true },
  "notice:list": { input: nothing, data: z.object({ notices: z.array(notice) }), who: "all", live: false },
  "notice:mark": { input: z.object({ noticeId: id, state: noticeMark }), data: nothing, who: "all", live: false },
  "token:refresh": {
    input: z.object({ token: z.string().check(z.maxLength(4_096)) }),
    data: z.object({ expiresAt: time }),
    who: "all",
    live: true,
  },
  heartbeat: { input: nothing, data: z.object({ serverTime: time }), who: "all", live: false },
} as const;

export type CommandName = keyof typeof commands;
export type CommandInput<Name extends CommandName> = z.infer<(typeof commands)[Name]["input"]>;
export type CommandData<Name extends CommandName> = z.infer<(typeof commands)[Name]["data"]>;

const names: ReadonlySet<string> = new Set(Object.keys(commands));

/** Whether a name from outside is a command; safe for `__proto__` and the like. */
export function isCommandName(name: string): name is CommandName {
  return names.has(name);
}
