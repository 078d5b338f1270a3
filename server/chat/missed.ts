import { limits } from "#protocol/limits.ts";
import type { Message } from "#protocol/objects.ts";

import { completeMessages, messageColumns, messageTables, type SelectedMessage } from "./message-rows.ts";
import type { Caller } from "./node.ts";

/** How far a conversation has come. */
export type Head = { readonly conversationId: string; readonly head: number };
/** What a user has not got yet, oldest first, and how far its conversations had come then. */
export type Missed = { readonly heads: readonly Head[]; readonly messages: readonly Message[] };

/*
 * One statement, so that both come from the same moment: what is above a head is none of these messages. Each conversation
 * gives its newest few by its index: a shop of years costs no more than one of yesterday.
 */
const statement = `
with mine as materialized (
  select c.id, c."lastSeq", coalesce(r.delivered, 0) as delivered
    from "Conversation" c left join "ReadMark" r on r."conversationId" = c.id and r."userId" = $1
   where c."customerId" = $1
)
select (select json_agg(json_build_object('conversationId', id, 'head', "lastSeq")) from mine) as heads, m.*
  from (select 1) one
  left join lateral (
    select newest.*
      from mine cross join lateral (
        select ${messageColumns} from ${messageTables}
         where m."conversationId" = mine.id and m.seq > mine.delivered
           and m."senderId" is distinct from $1 and m.kind <> 'note' and m."recalledAt" is null
         order by m.seq desc limit $2
      ) newest
     order by newest.at desc, newest.seq desc limit $2
  ) m on true`;

/*
 * Of staff: what customers wrote into unresolved conversations, into all of them since a waiter was registered, and else
 * into those that are assigned to it. Whatever is further back than a page is no news.
 */
const statementOfStaff = `
with mine as materialized (
  select c.id, c."lastSeq", greatest(coalesce(r.delivered, 0), c."lastSeq" - ${limits.syncMessages}) as delivered,
         case when c."assigneeId" = $1 then c."createdAt" else w.since end as since
    from "Conversation" c
    left join "Waiter" w on w."userId" = $1
    left join "ReadMark" r on r."conversationId" = c.id and r."userId" = $1
   where c.status <> 'resolved' and (w."userId" is not null or c."assigneeId" = $1)
)
select (select json_agg(json_build_object('conversationId', id, 'head', "lastSeq")) from mine) as heads, m.*
  from (select 1) one
  left join lateral (
    select newest.*
      from mine cross join lateral (
        select ${messageColumns} from ${messageTables}
         where m."conversationId" = mine.id and m.seq > mine.delivered
           and m."senderRole" = 'customer' and m."recalledAt" is null and m.at >= mine.since
         order by m.seq desc limit $2
      ) newest
     where mine.delivered < mine."lastSeq"
     order by newest.at desc, newest.seq desc limit $2
  ) m on true`;

type Row = SelectedMessage & { heads: Head[] | null };
type EmptyRow = { [Column in keyof SelectedMessage]: null } & { heads: Head[] | null };

/**
 * The last `limit` messages that a user did not get yet: others' messages above its delivered marks, notes and what was
 * recalled left out. Nobody misses what it wrote itself.
 */
export async function readMissed({ node, identity }: Caller, limit: number): Promise<Missed> {
  const query = identity.role === "customer" ? { name: "read-missed", text: statement } : { name: "read-missed-of-staff", text: statementOfStaff };
  const { rows } = await node.database.pool.query<Row | EmptyRow>({ ...query, values: [identity.userId, limit] });
  const found = rows.filter((row): row is Row => row.id !== null);
  return { heads: rows[0]?.heads ?? [], messages: (await completeMessages(node, found)).reverse() };
}
