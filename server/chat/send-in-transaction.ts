import type { PoolClient } from "pg";

import { limits } from "#protocol/limits.ts";
import type { Message } from "#protocol/objects.ts";
import { writeSystemText } from "#protocol/system-texts.ts";

import { inTransaction } from "#server/database/transaction.ts";
import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";

import { appendMessages, type Placed } from "./append-messages.ts";
import { type AttachmentRow, claimAttachments, presentAttachment } from "./attachments.ts";
import { conversationNotFound, loadConversation } from "./conversation-rows.ts";
import { deliverNews, outgoingOf } from "./message-delivery.ts";
import { type Draft, draftSystemMessage } from "./message-draft.ts";
import type { Caller } from "./node.ts";

/** A message whose place is still to be found. */
export type Unplaced = Omit<Draft, "conversationId"> & {
  readonly senderId: string;
  readonly clientMsgId: string;
  /** Null: the current conversation of `customerId`. */
  readonly conversationId: string | null;
  /** Whose conversation it must be; null: that of anyone, for staff who name a conversation. */
  readonly customerId: string | null;
};

type Target = { id: string; customerId: string; status: "open" | "snoozed" | "resolved"; head: number; age: number };
type Outcome = { placed: readonly Placed[]; mine: Placed; attachments: readonly AttachmentRow[]; conversationChanged: boolean };

/**
 * Sends one message together with what it causes: the conversation that it begins or opens again, the
 * pictures that it uses up. All of it is committed at once or not at all. Null: this is a repeat.
 * Errors: `not_found`, `conflict`, `bad_request`.
 */
export async function sendInTransaction(caller: Caller, draft: Unplaced): Promise<Message | null> {
  const { node } = caller;
  const outcome = await inTransaction(node.database.pool, (client) => place(caller, client, draft));
  if (outcome === null) return null;
  const { placed, mine, attachments, conversationChanged } = outcome;
  if (draft.customerId !== null) node.currentConversations.set(draft.customerId, mine.draft.conversationId);
  const presented = attachments.map((row) => presentAttachment(node.secrets, row));
  const message = { ...mine.message, attachments: presented };
  deliverNews(node, {
    xid: mine.xid,
    conversations: conversationChanged ? [await loadConversation(node, mine.draft.conversationId, null)] : [],
    messages: placed.map((one) => (one === mine ? { ...outgoingOf(one), message } : outgoingOf(one))),
  });
  return message;
}

async function place(caller: Caller, client: PoolClient, draft: Unplaced): Promise<Outcome | null> {
  if (await isStored(client, draft)) return null;
  const found = await lockTarget(client, draft);
  // Whoever held the lock may have stored this very message.
  if (found !== null && await isStored(client, draft)) return null;
  const reopens = found !== null && found.status !== "open" && caller.identity.role === "customer";
  if (found !== null && reopens) await reopen(client, found);
  if (found === null && caller.identity.role === "customer") {
    const { address, identity } = caller;
    await caller.node.limits.consume("newConversation", { key: identity.userId, address });
    await caller.node.limits.consume("newConversationIp", { key: address, address });
  }
  const conversationId = found?.id ?? (await createConversation(client, draft));
  if (draft.replyTo !== null && draft.replyTo > (found?.head ?? 0)) throw new DomainError("bad_request", "replyTo names no message of this conversation.");
  const drafts: Draft[] = [{ ...draft, conversationId }];
  if (reopens && found.status === "resolved") {
    drafts.unshift(draftSystemMessage(conversationId, writeSystemText(caller.identity.locale, "reopened")));
  }
  const attachments = await claimAttachments(client, {
    attachmentIds: draft.attachmentIds, messageId: draft.id, uploaderId: draft.senderId, conversationId,
  });
  const placed = await appendMessages(client, drafts, caller.node.webhooks.wants("message.created"));
  const mine = placed.find((one) => one.draft.id === draft.id);
  if (mine === undefined) throw conversationNotFound();
  return { placed, mine, attachments, conversationChanged: found === null || reopens };
}

async function isStored(client: PoolClient, { senderId, clientMsgId }: Unplaced): Promise<boolean> {
  const { rowCount } = await client.query(`select 1 from "Message" where "senderId" = $1 and "clientMsgId" = $2`, [senderId, clientMsgId]);
  return rowCount !== 0;
}

const targetColumns = `id, "customerId", status, "lastSeq"::float8 as head,
  coalesce(extract(epoch from clock_timestamp() - "resolvedAt") * 1000, 0)::float8 as age`;

/** The conversation that the message goes into, locked; null: a new one. Errors: `not_found`. */
async function lockTarget(client: PoolClient, { conversationId, customerId }: Unplaced): Promise<Target | null> {
  if (conversationId !== null) {
    const { rows } = await client.query<Target>(
      `select ${targetColumns} from "Conversation" where id = $1 and ($2::uuid is null or "customerId" = $2) for no key update`,
      [conversationId, customerId],
    );
    const [named] = rows;
    if (named === undefined) throw conversationNotFound();
    return named;
  }
  const { rows } = await client.query<Target>(
    `select ${targetColumns} from "Conversation" where "customerId" = $1
      order by (status <> 'resolved') desc, "createdAt" desc, id desc limit 1 for no key update`,
    [customerId],
  );
  const [newest] = rows;
  return newest !== undefined && (newest.status !== "resolved" || newest.age < limits.reopenWindowMs) ? newest : null;
}

async function reopen(client: PoolClient, target: Target): Promise<void> {
  if (target.status === "resolved") {
    const other = await client.query(`select 1 from "Conversation" where "customerId" = $1 and status <> 'resolved' and id <> $2`, [target.customerId, target.id]);
    if (other.rowCount !== 0) throw new DomainError("conflict", "You have a newer conversation that is open. Write there.");
  }
  await client.query(`update "Conversation" set status = 'open', "snoozedUntil" = null, "resolvedAt" = null, "changedXid" = pg_current_xact_id() where id = $1`, [target.id]);
}

/* Two first messages at once: the second breaks the unique index on unresolved conversations and is tried again. */
async function createConversation(client: PoolClient, { customerId }: Unplaced): Promise<string> {
  if (customerId === null) throw conversationNotFound();
  const id = createId();
  await client.query(`insert into "Conversation" (id, "customerId") values ($1, $2)`, [id, customerId]);
  return id;
}
