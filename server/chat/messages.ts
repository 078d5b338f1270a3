import type { CommandData, CommandInput } from "#protocol/commands.ts";
import { limits } from "#protocol/limits.ts";
import type { Message } from "#protocol/objects.ts";

import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";

import { conversationNotFound, requireConversation } from "./conversation-rows.ts";
import { deliverUpdate } from "./message-delivery.ts";
import { type Draft, hashPayload } from "./message-draft.ts";
import { completeMessages, findRepeat, messageColumns, messageTables, readMessages, type SelectedMessage } from "./message-rows.ts";
import type { Caller } from "./node.ts";
import { sendInTransaction } from "./send-in-transaction.ts";

/**
 * Stores a message and answers after COMMIT; a repeat answers what was stored first. Customers may leave
 * the conversation out: then it is their current one, made or opened again as needed.
 * Errors: `not_found`, `forbidden` (a customer's note), `bad_request` (staff without a conversation, a
 * reply to nothing), `conflict` (the id was used for another payload, or another conversation is open).
 */
export async function sendMessage(caller: Caller, input: CommandInput<"message:send">): Promise<CommandData<"message:send">> {
  const { identity, node } = caller;
  const customer = identity.role === "customer";
  if (customer && input.kind === "note") throw new DomainError("forbidden", "Notes are for staff only.");
  if (!customer && input.conversationId === undefined) throw new DomainError("bad_request", "Name the conversation: conversationId is missing.");

  const known = input.conversationId ?? node.currentConversations.get(identity.userId);
  const content = {
    kind: input.kind,
    text: input.text ?? "",
    attachmentIds: "attachmentIds" in input ? [...new Set(input.attachmentIds)] : [],
    replyTo: input.replyTo ?? null,
  };
  const draft = {
    id: createId(),
    senderId: identity.userId,
    senderRole: identity.role,
    senderName: identity.name,
    clientMsgId: input.clientMsgId,
    payloadHash: hashPayload(content),
    sessionId: caller.session?.id ?? null,
    ...content,
  };
  if (known !== undefined && content.attachmentIds.length === 0) {
    const placed = await node.writer.write({ ...draft, conversationId: known });
    if (placed !== null) return { message: placed.message, duplicate: false };
    const repeat = await answerRepeat(caller, draft);
    if (repeat !== null) return repeat;
  }
  // Everything out of the ordinary: a first message, one that opens a conversation again, one with pictures.
  const sent = await sendInTransaction(caller, { ...draft, conversationId: input.conversationId ?? null, customerId: customer ? identity.userId : null });
  if (sent !== null) return { message: sent, duplicate: false };
  const repeat = await answerRepeat(caller, draft);
  if (repeat === null) throw new DomainError("internal", "The message could not be stored. Please send it again.");
  return repeat;
}

type Sent = Pick<Draft, "senderId" | "clientMsgId" | "payloadHash">;

/** What was stored under this sender's `clientMsgId` before; null: nothing. Errors: `conflict` when it said something else. */
export async function answerRepeat({ node, identity }: Caller, draft: Sent): Promise<CommandData<"message:send"> | null> {
  const found = await findRepeat(node.database.pool, identity.userId, draft.clientMsgId ?? "");
  if (found === null) return null;
  if (draft.payloadHash === null || !found.payloadHash.equals(draft.payloadHash)) {
    throw new DomainError("conflict", "This clientMsgId was used for another message. Make a new one.");
  }
  const [message] = await completeMessages(node, [found]);
  return message === undefined ? null : { message, duplicate: true };
}

/** Changes the text of an own text message, for 15 minutes. Errors: `not_found`, `forbidden`, `conflict` (too late, or recalled). */
export async function editMessage(caller: Caller, input: CommandInput<"message:edit">): Promise<CommandData<"message:edit">> {
  await requireOwn(caller, input, "edit");
  return change(caller, input, {
    set: `body = $4, "editedAt" = clock_timestamp()`,
    window: limits.editWindowMs,
    text: input.text,
    refusal: "Messages can be edited for 15 minutes.",
  });
}

/** Takes an own message back, for 2 minutes: its text and pictures are gone for everyone. Errors: `not_found`, `forbidden`, `conflict`. */
export async function recallMessage(caller: Caller, input: CommandInput<"message:recall">): Promise<CommandData<"message:recall">> {
  await requireOwn(caller, input, "recall");
  return change(caller, input, {
    set: `body = $4, "recalledAt" = clock_timestamp()`,
    window: limits.recallWindowMs,
    text: "",
    refusal: "Messages can be recalled for 2 minutes.",
  });
}

type Place = { conversationId: string; seq: number };

async function requireOwn(caller: Caller, { conversationId, seq }: Place, deed: "edit" | "recall"): Promise<void> {
  const conversation = await requireConversation(caller, conversationId);
  const text = `select ${messageColumns} from ${messageTables} where m."conversationId" = $1 and m.seq = $2`;
  const [message] = await readMessages(caller.node, text, [conversation.id, seq]);
  const visible = message !== undefined && !(message.kind === "note" && caller.identity.role === "customer");
  if (!visible) throw new DomainError("not_found", "There is no such message in this conversation.");
  if (message.senderId !== caller.identity.userId) throw new DomainError("forbidden", `You can only ${deed} your own messages.`);
  if (message.recalledAt !== null) throw new DomainError("conflict", "This message was recalled.");
  const editable = message.kind === "text" || message.kind === "note";
  if (deed === "edit" && !editable) throw new DomainError("conflict", "Only text can be edited.");
}

type Change = { set: string; window: number; text: string; refusal: string };

/* The time is checked again under the row's lock, by the database's clock. */
async function change(caller: Caller, { conversationId, seq }: Place, { set, window, text, refusal }: Change): Promise<{ message: Message }> {
  const { node, identity } = caller;
  const { rows } = await node.database.pool.query<SelectedMessage & { rev: number; xid: string; customerId: string; assigneeId: string | null }>(
    `with allowed as materialized (
       select m."conversationId", m.seq from "Message" m
        where m."conversationId" = $1 and m.seq = $2 and m."senderId" = $3 and m."recalledAt" is null
          and m.at > clock_timestamp() - $5 * interval '1 millisecond'
     ), raised as (
       update "Conversation" set rev = rev + 1, "updatedAt" = clock_timestamp()
        where id = (select "conversationId" from allowed) returning id, rev, "customerId", "assigneeId"
     ), m as (
       update "Message" t set ${set}, rev = r.rev, "changedXid" = pg_current_xact_id() from raised r
        where t."conversationId" = r.id and t.seq = $2 returning t.*, r."customerId", r."assigneeId"
     )
     select ${messageColumns}, m.rev::float8 as rev, m."changedXid" as xid, m."customerId", m."assigneeId" from m left join "User" s on s.id = m."senderId"`,
    [conversationId, seq, identity.userId, text, window],
  );
  const [row] = rows;
  if (row === undefined) throw new DomainError("conflict", refusal);
  const [message] = await completeMessages(node, [row]);
  if (message === undefined) throw conversationNotFound();
  deliverUpdate(node, { message, customerId: row.customerId, assigneeId: row.assigneeId, rev: row.rev, xid: Number(row.xid) });
  return { message };
}
