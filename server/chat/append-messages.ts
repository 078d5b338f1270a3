import type { Pool, PoolClient } from "pg";

import type { Message } from "#protocol/objects.ts";

import type { Draft } from "./message-draft.ts";

/** Where a stored message stands, and who is to be told. */
export type Placed = {
  readonly draft: Draft;
  readonly seq: number;
  readonly at: Date;
  /** The transaction that stored it. */
  readonly xid: number;
  readonly customerId: string;
  readonly assigneeId: string | null;
  /** As the wire has it; attachments are added by who knows them. */
  readonly message: Message;
};

type Row = { n: string; seq: string; at: Date; xid: string; customerId: string; assigneeId: string | null };

/*
 * One statement for a whole batch. It locks the conversations in id order (so that two batches never
 * deadlock), reads their counters under that lock, leaves out what must not be stored, raises each
 * counter once and numbers the rows from it: `seq` is gapless because both happen or neither does.
 *
 * Left out, and told by the missing row: repeats, conversations that do not exist or belong to another
 * customer, customers' messages into a conversation that is not open, replies to what does not exist.
 * A repeat that races another batch breaks the unique index, and the whole statement is tried again.
 */
const statementOf = (outbox: string) => `
with input as materialized (
  select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::bytea[], $7::text[], $8::text[], $9::text[], $10::bigint[])
    with ordinality as t(id, "conversationId", "senderId", role, "clientMsgId", hash, kind, body, attachments, "replyTo", n)
), locked as materialized (
  select c.*
    from (select distinct "conversationId" from input order by 1) i
   cross join lateral (
     select id, "customerId", "assigneeId", status, "lastSeq", "lastPublicSeq", "waitingSince"
       from "Conversation" where id = i."conversationId" for no key update
   ) c
), fresh as materialized (
  select i.*, l."customerId", l."assigneeId",
         l."lastSeq" + row_number() over (partition by i."conversationId" order by i.n) as seq
    from input i
    join locked l on l.id = i."conversationId"
   where (i.role <> 'customer' or (l."customerId" = i."senderId" and l.status = 'open'))
     and (i."replyTo" is null or i."replyTo" <= l."lastSeq")
     and not exists (select 1 from "Message" m where m."senderId" = i."senderId" and m."clientMsgId" = i."clientMsgId")
), tally as (
  select "conversationId", max(seq) as head,
         max(seq) filter (where kind <> 'note') as "publicHead",
         max(seq) filter (where role in ('agent', 'admin') and kind <> 'note') as "answeredAt",
         max(seq) filter (where role = 'customer') as "askedAt"
    from fresh group by 1
), raised as (
  update "Conversation" c
     set "lastSeq" = t.head,
         "lastPublicSeq" = coalesce(t."publicHead", l."lastPublicSeq"),
         "waitingSince" = case
           when t."answeredAt" is null and t."askedAt" is null then l."waitingSince"
           when t."answeredAt" is null then coalesce(l."waitingSince", clock_timestamp())
           when t."askedAt" > t."answeredAt" then clock_timestamp()
         end,
         "updatedAt" = clock_timestamp()
    from tally t join locked l on l.id = t."conversationId"
   where c.id = t."conversationId"
), stored as (
  insert into "Message" ("conversationId", seq, id, kind, body, "senderId", "senderRole", "clientMsgId", "payloadHash", "attachmentIds", "replyTo")
  select "conversationId", seq, id, kind::"MessageKind", body, "senderId", role::"SenderRole", "clientMsgId", hash, attachments::uuid[], "replyTo"
    from fresh
  returning id, at, xid
)${outbox}
select f.n, f.seq, s.at, s.xid, f."customerId", f."assigneeId"
  from fresh f join stored s on s.id = f.id order by f.n`;

/* Each stored message for each endpoint that wants to hear of messages. */
const outbox = `, told as (
  insert into "WebhookDelivery" ("endpointId", type, subject)
  select e.id, 'message.created', jsonb_build_object('conversationId', f."conversationId", 'seq', f.seq)
    from fresh f join stored s on s.id = f.id cross join "WebhookEndpoint" e
   where e."disabledAt" is null and 'message.created' = any(e.events)
   order by f.n
)`;
const silent = { name: "append-messages", text: statementOf("") };
const telling = { name: "append-and-tell-messages", text: statementOf(outbox) };

/**
 * Stores drafts in their order and answers those that were stored. Drafts of one call must not repeat a
 * (senderId, clientMsgId). With `told` the outbox of webhooks gets them in the same statement. Runs as a transaction of its own on a pool, inside the caller's on a client.
 */
export async function appendMessages(database: Pool | PoolClient, drafts: readonly Draft[], told = false): Promise<Placed[]> {
  const { rows } = await database.query<Row>({
    ...(told ? telling : silent),
    values: [
      drafts.map((draft) => draft.id),
      drafts.map((draft) => draft.conversationId),
      drafts.map((draft) => draft.senderId),
      drafts.map((draft) => draft.senderRole),
      drafts.map((draft) => draft.clientMsgId),
      drafts.map((draft) => draft.payloadHash),
      drafts.map((draft) => draft.kind),
      drafts.map((draft) => draft.text),
      drafts.map((draft) => `{${draft.attachmentIds.join(",")}}`),
      drafts.map((draft) => draft.replyTo),
    ],
  });
  return rows.flatMap((row) => {
    const draft = drafts[Number(row.n) - 1];
    if (draft === undefined) return [];
    const seq = Number(row.seq);
    return [{ draft, seq, at: row.at, xid: Number(row.xid), customerId: row.customerId, assigneeId: row.assigneeId, message: presentDraft(draft, seq, row.at) }];
  });
}

function presentDraft(draft: Draft, seq: number, at: Date): Message {
  return {
    id: draft.id,
    conversationId: draft.conversationId,
    seq,
    kind: draft.kind,
    text: draft.text,
    attachments: [],
    senderId: draft.senderId,
    senderRole: draft.senderRole,
    senderName: draft.senderName,
    clientMsgId: draft.clientMsgId,
    replyTo: draft.replyTo,
    createdAt: at.toISOString(),
    editedAt: null,
    recalledAt: null,
  };
}
