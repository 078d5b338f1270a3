import type { Pool, PoolClient } from "pg";

import type { Conversation, Receipts } from "#protocol/objects.ts";

import { DomainError } from "#server/errors.ts";
import type { Platform } from "#server/platform.ts";

import type { Caller } from "./node.ts";
import { completeMessages, messageColumns, messageTables, type SelectedMessage } from "./message-rows.ts";
import { type ConversationRow, presentConversation, presentReceipts } from "./present.ts";

/* The furthest mark of each side, over ReadMark r. */
const receiptColumns = `
  coalesce(max(r.delivered) filter (where not r.staff), 0)::float8 as "customerDelivered",
  coalesce(max(r.read) filter (where not r.staff), 0)::float8 as "customerRead",
  coalesce(max(r.delivered) filter (where r.staff), 0)::float8 as "staffDelivered",
  coalesce(max(r.read) filter (where r.staff), 0)::float8 as "staffRead"`;

const conversationStatement = `
select c.id, c."customerId", u.name as "customerName", u."avatarUrl" as "customerAvatarUrl", u.guest as "customerGuest",
       c."assigneeId", a.name as "assigneeName", c.status, c."lastSeq"::float8 as head, c.rev::float8 as rev,
       c."waitingSince", c."snoozedUntil", c.priority, c.tags, c."createdAt", c."updatedAt", marks.*,
       case when $2::uuid is not null then (
         select count(*)::float8 from "Message" n
          where n."conversationId" = c.id and n."senderRole" = 'customer' and n.seq > coalesce(
            (select mine.read from "ReadMark" mine where mine."conversationId" = c.id and mine."userId" = $2), 0)
       ) end as unread
  from unnest($1::uuid[]) with ordinality as wanted(id, n)
  join "Conversation" c on c.id = wanted.id
  join "User" u on u.id = c."customerId"
  left join "User" a on a.id = c."assigneeId"
 cross join lateral (select ${receiptColumns} from "ReadMark" r where r."conversationId" = c.id) marks
 order by wanted.n`;

const lastMessageStatement = `
select ${messageColumns}
  from "Conversation" c
  join ${messageTables} on m."conversationId" = c.id and m.seq = c."lastPublicSeq"
 where c.id = any($1::uuid[])`;

/**
 * Conversations in the order of `ids`, as staff see them. `viewerId`: whose unread counts to give;
 * null leaves them out, for frames that go to a whole room.
 */
export async function loadConversations(platform: Platform, ids: readonly string[], viewerId: string | null): Promise<Conversation[]> {
  if (ids.length === 0) return [];
  const { pool } = platform.database;
  const [found, last] = await Promise.all([
    pool.query<ConversationRow>({ name: "load-conversations", text: conversationStatement, values: [ids, viewerId] }),
    pool.query<SelectedMessage>({ name: "load-last-messages", text: lastMessageStatement, values: [ids] }),
  ]);
  const messages = new Map((await completeMessages(platform, last.rows)).map((message) => [message.conversationId, message]));
  return found.rows.map((row) => presentConversation(row, messages.get(row.id) ?? null));
}

/** One conversation as staff see it. Errors: `not_found`. */
export async function loadConversation(platform: Platform, id: string, viewerId: string | null): Promise<Conversation> {
  const [conversation] = await loadConversations(platform, [id], viewerId);
  if (conversation === undefined) throw conversationNotFound();
  return conversation;
}

export async function loadReceipts(database: Pool | PoolClient, conversationId: string): Promise<Receipts> {
  const { rows } = await database.query<Parameters<typeof presentReceipts>[0]>({
    name: "load-receipts",
    text: `select ${receiptColumns} from "ReadMark" r where r."conversationId" = $1`,
    values: [conversationId],
  });
  return presentReceipts(rows[0] ?? { customerDelivered: 0, customerRead: 0, staffDelivered: 0, staffRead: 0 });
}

const standingColumns = `id, "customerId", "assigneeId", status, "lastSeq"::float8 as head, rev::float8 as rev`;

/** What most commands need to know of a conversation. */
export type Standing = { id: string; customerId: string; assigneeId: string | null; status: Conversation["status"]; head: number; rev: number };

/**
 * The conversation that the caller means: the one named, or a customer's newest. Null when a customer
 * has none yet. Errors: `not_found` for what does not exist and for what is not the caller's alike;
 * `bad_request` when staff name none.
 */
export async function findConversation(caller: Caller, conversationId: string | undefined): Promise<Standing | null> {
  const { identity, node } = caller;
  const customerId = identity.role === "customer" ? identity.userId : null;
  if (conversationId === undefined && customerId === null) throw new DomainError("bad_request", "Name the conversation: conversationId is missing.");
  const { rows } = await (conversationId === undefined
    ? node.database.pool.query<Standing>({
        name: "find-newest-conversation",
        text: `select ${standingColumns} from "Conversation" where "customerId" = $1 order by "createdAt" desc, id desc limit 1`,
        values: [customerId],
      })
    : node.database.pool.query<Standing>({
        name: "find-conversation",
        text: `select ${standingColumns} from "Conversation" where id = $1 and ($2::uuid is null or "customerId" = $2)`,
        values: [conversationId, customerId],
      }));
  const found = rows[0] ?? null;
  if (found === null && conversationId !== undefined) throw conversationNotFound();
  return found;
}

/** Like findConversation, for commands that cannot do without one. Errors: `not_found`. */
export async function requireConversation(caller: Caller, conversationId: string | undefined): Promise<Standing> {
  const found = await findConversation(caller, conversationId);
  if (found === null) throw conversationNotFound();
  return found;
}

export function conversationNotFound(): DomainError {
  return new DomainError("not_found", "This conversation does not exist, or it is not yours to see.");
}
