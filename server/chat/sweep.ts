import { loadConversations, loadReceipts } from "./conversation-rows.ts";
import type { Parcel } from "./delivery.ts";
import { deliverNews, deliverUpdate, type Update } from "./message-delivery.ts";
import { completeMessages, messageColumns, type SelectedMessage } from "./message-rows.ts";
import type { Node } from "./node.ts";
import { countUnread, receiptParcels } from "./receipts.ts";
import { rooms } from "./rooms.ts";
import { type Found, readSweepPage, type SweepPage } from "./sweep-page.ts";

/** A frame of found messages holds no more than a batch does. */
const frameMessages = 200;

/**
 * Tells this node's sessions of all that is stored and that no other way has brought: what another node wrote
 * while the bus was away, or what a node committed in the moment of its death. Answers the last page read and
 * how many messages were found.
 */
export async function sweep(node: Node): Promise<{ page: SweepPage; messages: number }> {
  let messages = 0;
  for (;;) {
    const page = await readSweepPage(node, node.told);
    messages += await tell(node, page.found);
    node.told.pass(page.next);
    if (!page.full) return { page, messages };
  }
}

/* First everything is read, then all of it told without a pause: in between, the bus may bring the same. */
async function tell(node: Node, found: readonly Found[]): Promise<number> {
  if (found.length === 0) return 0;
  const of = (kind: Found["kind"]): Found[] => found.filter((one) => one.kind === kind);
  const changedBy = new Map(of("changed").map(({ conversationId, xid }) => [conversationId, xid]));
  const [created, edited, conversations, marked] = await Promise.all([
    loadMessages(node, of("created")),
    loadMessages(node, of("edited")),
    loadConversations(node, [...changedBy.keys()], null),
    loadMarks(node, of("marked")),
  ]);
  const isNew = ({ xid }: { xid: number }): boolean => !node.told.has(xid);
  const here = { delivery: { deliver: (parcels: readonly Parcel[]) => node.delivery.deliverHere(parcels) }, recentChanges: node.recentChanges };
  deliverNews(here, { xid: null, conversations: conversations.filter(({ id }) => isNew({ xid: changedBy.get(id) ?? 0 })) });
  const messages = created.filter(isNew);
  for (let n = 0; n < messages.length; n += frameMessages) deliverNews(here, { xid: null, messages: messages.slice(n, n + frameMessages) });
  for (const update of edited.filter(isNew)) deliverUpdate(here, update);
  for (const { parcels } of marked.filter(isNew)) node.delivery.deliverHere(parcels);
  for (const { xid } of found) node.told.add(xid);
  for (const { message } of messages) node.metrics.messageDelivery.observe({ path: "sweep" }, Math.max(0, Date.now() - Date.parse(message.createdAt)) / 1_000);
  return messages.length;
}

type FoundMessage = SelectedMessage & { rev: number; customerId: string; assigneeId: string | null };

/** The messages found, in the order of their transactions and numbers. */
async function loadMessages(node: Node, found: readonly Found[]): Promise<Update[]> {
  if (found.length === 0) return [];
  const { rows } = await node.database.pool.query<FoundMessage>(
    `select ${messageColumns}, coalesce(m.rev, 0)::float8 as rev, c."customerId", c."assigneeId"
       from unnest($1::uuid[], $2::bigint[]) with ordinality as wanted("conversationId", seq, n)
       join "Message" m on m."conversationId" = wanted."conversationId" and m.seq = wanted.seq
       join "Conversation" c on c.id = m."conversationId"
       left join "User" s on s.id = m."senderId"
      order by m.seq`,
    [found.map(({ conversationId }) => conversationId), found.map(({ seq }) => seq)],
  );
  const xids = new Map(found.map(({ conversationId, seq, xid }) => [`${conversationId}/${seq}`, xid]));
  const messages = await completeMessages(node, rows);
  return messages.flatMap((message, n) => {
    const row = rows[n];
    if (row === undefined) return [];
    const { rev, customerId, assigneeId } = row;
    return [{ message, rev, customerId, assigneeId, xid: xids.get(`${message.conversationId}/${message.seq}`) ?? 0 }];
  });
}

type FoundMark = { conversationId: string; userId: string; staff: boolean; customerId: string };

/** What raised marks make known, of those that concern someone who is connected here. */
async function loadMarks(node: Node, found: readonly Found[]): Promise<{ xid: number; parcels: Parcel<"receipt:updated">[] }[]> {
  if (found.length === 0) return [];
  const { pool } = node.database;
  const { rows } = await pool.query<FoundMark & { n: string }>(
    `select wanted.n, r."conversationId", r."userId", r.staff, c."customerId"
       from unnest($1::uuid[], $2::uuid[]) with ordinality as wanted("conversationId", "userId", n)
       join "ReadMark" r on r."conversationId" = wanted."conversationId" and r."userId" = wanted."userId"
       join "Conversation" c on c.id = r."conversationId"`,
    [found.map(({ conversationId }) => conversationId), found.map(({ userId }) => userId)],
  );
  const occupied = new Set([...node.sessions.all()].flatMap((session) => [...session.rooms]));
  const told = [];
  for (const { n, ...mark } of rows) {
    const concerned = [rooms.user(mark.userId), rooms.user(mark.customerId), rooms.conversation(mark.conversationId)];
    if (!concerned.some((room) => occupied.has(room))) continue;
    const receipts = await loadReceipts(pool, mark.conversationId);
    told.push({ xid: found[Number(n) - 1]?.xid ?? 0, parcels: receiptParcels({ ...mark, receipts, unread: await countUnread(node, mark) }) });
  }
  return told;
}
