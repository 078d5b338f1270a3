import { randomUUID } from "node:crypto";

import { Pool } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

import { createTestDatabase } from "#server/testing/database.ts";

import { appendMessages } from "./append-messages.ts";
import { type Draft, hashPayload } from "./message-draft.ts";
import { createMessageWriter } from "./message-writer.ts";

let pool: Pool;

beforeAll(async () => {
  pool = new Pool({ connectionString: (await createTestDatabase()).url, max: 8 });
});
afterAll(() => pool.end());

async function makeConversation(): Promise<{ id: string; customerId: string }> {
  const [customerId, id] = [randomUUID(), randomUUID()];
  await pool.query(`insert into "User" (id, role, name, guest) values ($1, 'customer', 'Lin', true)`, [customerId]);
  await pool.query(`insert into "Conversation" (id, "customerId") values ($1, $2)`, [id, customerId]);
  return { id, customerId };
}

function draftOf(conversation: { id: string; customerId: string }, changes: Partial<Draft> = {}): Draft {
  const content = { kind: "text" as const, text: "hello", attachmentIds: [], replyTo: null };
  return {
    id: randomUUID(), conversationId: conversation.id, senderId: conversation.customerId, senderRole: "customer", senderName: "Lin",
    clientMsgId: randomUUID(), payloadHash: hashPayload(content), sessionId: null, ...content, ...changes,
  };
}

it("numbers the messages of a batch without a gap, per conversation, in the order given", async () => {
  const [one, two] = [await makeConversation(), await makeConversation()];
  const placed = await appendMessages(pool, [draftOf(one), draftOf(two), draftOf(one), draftOf(one)]);
  expect(placed.map((row) => [row.draft.conversationId === one.id, row.seq])).toEqual([[true, 1], [false, 1], [true, 2], [true, 3]]);
});

it("leaves out repeats, strangers' conversations and replies to nothing, and leaves no gap", async () => {
  const [mine, theirs] = [await makeConversation(), await makeConversation()];
  const first = draftOf(mine);
  await appendMessages(pool, [first]);
  const placed = await appendMessages(pool, [
    { ...first, id: randomUUID() },
    draftOf(theirs, { senderId: mine.customerId }),
    draftOf(mine, { replyTo: 9 }),
    draftOf(mine, { replyTo: 1 }),
  ]);
  expect(placed.map((row) => row.seq)).toEqual([2]);
});

it("leaves out customers' messages into a conversation that is not open, but not the staff's", async () => {
  const conversation = await makeConversation();
  await pool.query(`update "Conversation" set status = 'resolved' where id = $1`, [conversation.id]);
  const staff = draftOf(conversation, { senderId: randomUUID(), senderRole: "agent" });
  const placed = await appendMessages(pool, [draftOf(conversation), staff]);
  expect(placed.map((row) => [row.draft.id, row.seq])).toEqual([[staff.id, 1]]);
});

it("counts the waiting time from the customer's first unanswered message", async () => {
  const conversation = await makeConversation();
  const waiting = async () => (await pool.query<{ w: Date | null }>(`select "waitingSince" as w from "Conversation" where id = $1`, [conversation.id])).rows[0]?.w ?? null;
  await appendMessages(pool, [draftOf(conversation)]);
  const since = await waiting();
  expect(since).not.toBeNull();
  await appendMessages(pool, [draftOf(conversation)]);
  expect(await waiting()).toEqual(since);
  await appendMessages(pool, [draftOf(conversation, { senderId: randomUUID(), senderRole: "agent", kind: "note" })]);
  expect(await waiting()).toEqual(since);
  await appendMessages(pool, [draftOf(conversation, { senderId: randomUUID(), senderRole: "agent" })]);
  expect(await waiting()).toBeNull();
});

it("keeps every counter equal to its rows while two writers race over the same conversations with repeats", async () => {
  const conversations = await Promise.all(Array.from({ length: 5 }, makeConversation));
  const drafts = Array.from({ length: 400 }, (_, n) => draftOf(conversations[n % 5] ?? { id: "", customerId: "" }));
  const writers = [createMessageWriter({ pool, told: () => false, onCommitted: () => {} }), createMessageWriter({ pool, told: () => false, onCommitted: () => {} })];
  const sends = drafts.flatMap((draft) => writers.map((writer) => writer.write({ ...draft, id: randomUUID() })));
  const results = await Promise.all(sends);
  expect(results.filter((placed) => placed !== null)).toHaveLength(400);
  const { rows } = await pool.query(
    `select c."lastSeq"::int as head, count(*)::int as count, max(m.seq)::int as top from "Conversation" c join "Message" m on m."conversationId" = c.id
      where c.id = any($1) group by c.id`, [conversations.map(({ id }) => id)],
  );
  expect(rows).toEqual(conversations.map(() => ({ head: 80, count: 80, top: 80 })));
});

/* Until so many statements of this database wait for a lock. */
async function untilBlocked(count: number): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
    if (rowCount === count) return;
  }
}

it("gives messages back that a hanging database keeps waiting", async () => {
  const conversations = await Promise.all([1, 2, 3].map(makeConversation));
  const blocker = await pool.connect();
  await blocker.query("begin");
  await blocker.query(`select 1 from "Conversation" where id = any($1) for update`, [conversations.map(({ id }) => id)]);
  const writer = createMessageWriter({ pool, told: () => false, onCommitted: () => {} });
  const stuck: Promise<unknown>[] = [];
  const [first, second, third] = conversations.map((conversation) => draftOf(conversation));
  if (first === undefined || second === undefined || third === undefined) throw new Error("there are three");
  for (const [n, draft] of [first, second].entries()) {
    stuck.push(writer.write(draft));
    await untilBlocked(n + 1);
  }
  const late = writer.write(third);
  await expect(late).rejects.toMatchObject({ code: "unavailable" });
  await blocker.query("rollback");
  blocker.release();
  expect(await Promise.all(stuck)).toMatchObject([{ seq: 1 }, { seq: 1 }]);
});

it("lets what concerns other conversations pass those that are held up", async () => {
  const [busy, free] = [await makeConversation(), await makeConversation()];
  const blocker = await pool.connect();
  await blocker.query("begin");
  await blocker.query(`select 1 from "Conversation" where id = $1 for update`, [busy.id]);
  const writer = createMessageWriter({ pool, told: () => false, onCommitted: () => {} });
  const first = writer.write(draftOf(busy));
  await untilBlocked(1);
  const waiting = writer.write(draftOf(busy));
  expect(await writer.write(draftOf(free))).toMatchObject({ seq: 1 });
  await blocker.query("rollback");
  blocker.release();
  expect(await Promise.all([first, waiting])).toMatchObject([{ seq: 1 }, { seq: 2 }]);
});

it("gives messages back within 2 s that wait for a connection, and stores none of them later", async () => {
  const conversation = await makeConversation();
  const narrow = new Pool({ connectionString: pool.options.connectionString, max: 1 });
  const writer = createMessageWriter({ pool: narrow, told: () => false, onCommitted: () => {} });
  const held = await narrow.connect();
  const begun = performance.now();
  await expect(writer.write(draftOf(conversation))).rejects.toMatchObject({ code: "unavailable" });
  expect(performance.now() - begun).toBeLessThan(2_000);
  held.release();
  await writer.idle();
  expect(await writer.write(draftOf(conversation))).toMatchObject({ seq: 1 });
  await narrow.end();
});

it("fails one poisonous message alone, not its neighbours", async () => {
  const conversation = await makeConversation();
  const writer = createMessageWriter({ pool, told: () => false, onCommitted: () => {} });
  const good = Array.from({ length: 9 }, () => writer.write(draftOf(conversation)));
  const bad = writer.write(draftOf(conversation, { text: "a\u0000b" }));
  const more = Array.from({ length: 9 }, () => writer.write(draftOf(conversation)));
  await expect(bad).rejects.toThrow(/0x00|null character/i);
  const placed = await Promise.all([...good, ...more]);
  expect(placed.map((one) => one?.seq).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(Array.from({ length: 18 }, (_, n) => n + 1));
});
