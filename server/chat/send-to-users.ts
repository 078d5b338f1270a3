import { createHash } from "node:crypto";

import type { ErrorCode } from "#protocol/errors.ts";
import type { MessagesBody } from "#protocol/http.ts";
import type { Message } from "#protocol/objects.ts";

import { assertAction } from "#server/auth/policy.ts";
import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";

import { provideAttachments } from "./attachment-copy.ts";
import { reportError } from "./dispatch.ts";
import { hashPayload } from "./message-draft.ts";
import { answerRepeat } from "./messages.ts";
import type { Caller } from "./node.ts";
import { sendInTransaction } from "./send-in-transaction.ts";
import { findCustomers, findUserIds } from "./user-refs.ts";

/** Whom it reached, and for whom it failed and why; each as the caller named them. */
export type Sent = { sent: { userId: string; message: Message }[]; failed: { userId: string; code: ErrorCode }[] };

/** A few at once: a sending to a thousand must leave connections to those who chat. */
const atOnce = 4;

/**
 * Stores one message for each of these customers, in their current conversation, which is made where there is none;
 * whoever is online gets it at once. Said again with the same `clientMsgId` it is stored for those who lack it.
 * Nobody's failure keeps it from the others. Errors: `forbidden`.
 */
export async function sendToUsers(caller: Caller, body: MessagesBody): Promise<Sent> {
  assertAction(caller.identity, "messages:send");
  const refs = [...new Set(body.to.userIds)];
  const users = await findUserIds(caller.node, refs);
  const customers = await findCustomers(caller.node, [...new Set(users.values())]);
  const waiting = refs.map((ref) => ({ ref, customerId: customers.get(users.get(ref) ?? "") ?? null }));
  const answer: Sent = { sent: [], failed: [] };

  async function sendOne({ ref: userId, customerId }: (typeof waiting)[number]): Promise<void> {
    try {
      answer.sent.push({ userId, message: await sendTo(caller, body, customerId) });
    } catch (error) {
      answer.failed.push({ userId, code: reportError(caller, error, "POST /api/v1/messages").code });
    }
  }

  // The first one alone: it uses up the pictures of which the others get copies.
  for (const one of waiting.splice(0, 1)) await sendOne(one);
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await sendOne(next);
  }));
  return answer;
}

async function sendTo(caller: Caller, body: MessagesBody, customerId: string | null): Promise<Message> {
  if (customerId === null) throw new DomainError("not_found", "There is no such customer.");
  const { identity } = caller;
  const content = { kind: body.kind, text: body.text ?? "", attachmentIds: "attachmentIds" in body ? [...new Set(body.attachmentIds)] : [], replyTo: null };
  const draft = {
    id: createId(),
    senderId: identity.userId,
    senderRole: identity.role,
    senderName: identity.name,
    clientMsgId: deriveId(body.clientMsgId, customerId),
    payloadHash: hashPayload(content),
    sessionId: null,
    ...content,
  };
  const before = await answerRepeat(caller, draft);
  if (before !== null) return before.message;
  const attachmentIds = await provideAttachments(caller, content.attachmentIds, (clientMsgId, other) => clientMsgId === deriveId(body.clientMsgId, other));
  const message = await sendInTransaction(caller, { ...draft, attachmentIds, conversationId: null, customerId });
  const stored = message ?? (await answerRepeat(caller, draft))?.message;
  if (stored === undefined) throw new DomainError("internal", "The message could not be stored. Please send it again.");
  return stored;
}

/** The same for the same two, always: a UUID of version 8 from their SHA-256. */
function deriveId(clientMsgId: string, customerId: string): string {
  const hex = createHash("sha256").update(`${clientMsgId} ${customerId}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
