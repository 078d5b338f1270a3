import * as z from "zod/mini";

import type { WebhookData, webhookData } from "#protocol/developers.ts";
import type { Message } from "#protocol/objects.ts";

import { isDomainError } from "#server/errors.ts";

import { loadConversation } from "./conversation-rows.ts";
import { messageColumns, messageTables, readMessages } from "./message-rows.ts";
import type { Node } from "./node.ts";
import { loadCountedNotice } from "./notice-rows.ts";

/** What an event is about, as the outbox keeps it. */
export type Subject = Readonly<Record<string, unknown>>;

const place = z.object({ conversationId: z.string(), seq: z.int() });
const conversation = z.object({ conversationId: z.string() });
const person = z.object({ userId: z.string() });
const notice = z.object({ noticeId: z.string() });

const contents: { [Type in keyof typeof webhookData]: (node: Node, subject: Subject) => Promise<WebhookData<Type> | null> } = {
  "message.created": async (node, subject) => {
    const { conversationId, seq } = place.parse(subject);
    const [message] = await readMessages(node, `select ${messageColumns} from ${messageTables} where m."conversationId" = $1 and m.seq = $2`, [conversationId, seq]);
    return message === undefined ? null : { message: withWholeAddresses(node.config.publicUrl, message) };
  },
  "conversation.created": readConversation,
  "conversation.updated": readConversation,
  "customer.created": async (node, subject) => {
    const customer = await readUser(node, subject);
    return customer === null ? null : { customer };
  },
  "waiter.registered": readWaiter,
  "waiter.unregistered": readWaiter,
  "notice.published": async (node, subject) => ({ notice: await loadCountedNotice(node, notice.parse(subject).noticeId) }),
  "webhook.test": () => Promise.resolve({}),
};
const readers = new Map(Object.entries(contents));

/** The `data` of an event, as things are now: a message that was recalled has no text any more. Null: it is gone. */
export async function readWebhookData(node: Node, type: string, subject: Subject): Promise<Record<string, unknown> | null> {
  try {
    return (await readers.get(type)?.(node, subject)) ?? null;
  } catch (error) {
    if (isDomainError(error) && error.code === "not_found") return null;
    throw error;
  }
}

async function readConversation(node: Node, subject: Subject) {
  const found = await loadConversation(node, conversation.parse(subject).conversationId, null);
  const { lastMessage } = found;
  return { conversation: { ...found, lastMessage: lastMessage === null ? null : withWholeAddresses(node.config.publicUrl, lastMessage) } };
}

async function readWaiter(node: Node, subject: Subject) {
  const user = await readUser(node, subject);
  return user === null ? null : { waiter: { userId: user.id, name: user.name } };
}

function readUser({ database }: Node, subject: Subject) {
  return database.prisma.user.findUnique({
    where: { id: person.parse(subject).userId },
    select: { id: true, role: true, name: true, avatarUrl: true, guest: true, externalId: true },
  });
}

/* Who gets this stands outside of our origin. */
function withWholeAddresses(origin: string, message: Message): Message {
  const attachments = message.attachments.map((one) => ({
    ...one,
    url: `${origin}${one.url}`,
    thumbUrl: one.thumbUrl === null ? null : `${origin}${one.thumbUrl}`,
  }));
  return { ...message, attachments };
}
