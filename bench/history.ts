import { io } from "socket.io-client";

import { openPostgres, type Postgres } from "#faults/stage/postgres.ts";
import type { CommandInput, CommandName } from "#protocol/commands.ts";
import { makeDataFolder, startProduct } from "#server/testing/product.ts";

import pg from "pg";

import { quantilesOf } from "./load-task.ts";
import { admin, post } from "./shop.ts";
import { brief, type Length, type Measure, type Table } from "./table.ts";

/** Pages of history and of the list, from a shop of some years, beside the SQL alone. */
export const history: Measure = { name: "history", run };

const messagesEach = 20;
/** One conversation in so many is not resolved. */
const openOneIn = 50;

async function run(length: Length): Promise<Table> {
  const [conversations, calls] = length === "short" ? [1_000, 200] : [50_000, 2_000];
  const folder = await makeDataFolder("bench");
  const postgres = await openPostgres(folder.path.replace(/\/data$/u, ""));
  try {
    const product = await startProduct({ dataDir: folder.path, env: { ...admin, DATABASE_URL: postgres.url } });
    try {
      await fill(postgres, conversations);
      const { token } = await post<{ token: string }>(product, { route: "auth/login", body: { email: admin.ADMIN_EMAIL, password: admin.ADMIN_PASSWORD } });
      const ids = (await postgres.ask<{ id: string }>(`select id from "Conversation" order by random() limit $1`, [calls])).map(({ id }) => id);
      const rows = await measureAll({ url: product.url, token, postgres }, ids);
      const count = (conversations * messagesEach).toLocaleString("en");
      return {
        title: `Reading from ${count} messages in ${conversations.toLocaleString("en")} conversations`,
        header: ["", "over Socket.IO p50 / p99 ms", "the SQL alone p50 / p99 ms", "ratio of p50"],
        rows,
        notes: [`${calls.toLocaleString("en")} calls each, one after the other. The list's answer has 25 rows with last message, unread and four exact counts; its SQL is that of the page alone.`],
        passed: rows.length > 0,
      };
    } finally {
      await product.end("SIGTERM");
    }
  } finally {
    await postgres.stop("fast");
    await folder.remove();
  }
}

type Shop = { readonly url: string; readonly token: string; readonly postgres: Postgres };

async function measureAll({ url, token, postgres }: Shop, ids: readonly string[]): Promise<(string | number)[][]> {
  const socket = io(url, { auth: { token, v: 1 }, transports: ["websocket"], forceNew: true, reconnection: false });
  await new Promise((done) => socket.once("hello", done));
  const sql = new pg.Client({ connectionString: postgres.url });
  await sql.connect();
  async function call<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<void> {
    const answer: { ok: boolean } = await socket.timeout(10_000).emitWithAck(name, input);
    if (!answer.ok) throw new Error(`${name} was refused: ${JSON.stringify(answer)}`);
  }
  const page = `select * from "Message" where "conversationId" = $1 and seq < $2 order by seq desc limit $3`;
  const list = `select * from "Conversation" where status <> 'resolved' order by "updatedAt" desc, id desc limit 26`;
  const done = `select * from "Conversation" where "archivedAt" is not null order by "archivedAt" desc, id desc limit 26`;
  try {
    return [
      await compare("a page of history, the last 20", ids, { over: (conversationId) => call("conversation:sync", { conversationId, before: messagesEach + 1, limit: 30 }), alone: (id) => sql.query({ name: "page", text: page, values: [id, messagesEach + 1, 31] }) }),
      await compare("opening a conversation", ids, { over: (conversationId) => call("conversation:open", { conversationId }), alone: (id) => sql.query({ name: "one", text: `select * from "Conversation" where id = $1`, values: [id] }) }),
      await compare("the list of all that is open", ids, { over: () => call("conversation:list", { filter: "all", limit: 25 }), alone: () => sql.query({ name: "list", text: list }) }),
      await compare("the list of what is resolved", ids, { over: () => call("conversation:list", { filter: "resolved", limit: 25 }), alone: () => sql.query({ name: "done", text: done }) }),
    ];
  } finally {
    socket.close();
    await sql.end();
  }
}

type Ways = { over(id: string): Promise<unknown>; alone(id: string): Promise<unknown> };

async function compare(name: string, ids: readonly string[], { over, alone }: Ways): Promise<(string | number)[]> {
  const [ours, sql] = [await timeEach(ids, over), await timeEach(ids, alone)];
  return [name, `${brief(ours.p50)} / ${brief(ours.p99)}`, `${brief(sql.p50)} / ${brief(sql.p99)}`, brief(ours.p50 / sql.p50)];
}

async function timeEach(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  for (const [n, id] of ids.entries()) {
    const begun = performance.now();
    await work(id);
    // The first tenth warms caches up.
    if (n >= ids.length / 10) times.push((performance.now() - begun) * 1_000);
  }
  const { p50, p99 } = quantilesOf(times);
  return { p50: p50 / 1_000, p99: p99 / 1_000 };
}

/* As the years would have filled it, a few thousand conversations at a time. */
async function fill({ ask }: Postgres, conversations: number): Promise<void> {
  const step = 2_500;
  for (let begun = 0; begun < conversations; begun += step) {
    const count = Math.min(step, conversations - begun);
    await ask(
      `with people as (
         insert into "User" (id, role, name, guest) select uuidv7(), 'customer', 'Guest ' || n, true from generate_series($1::int + 1, $1::int + $2::int) n returning id
       ), threads as (
         insert into "Conversation" (id, "customerId", status, "lastSeq", "lastPublicSeq", "createdAt", "updatedAt")
         select uuidv7(), id, case when row_number() over () % $3 = 0 then 'open' else 'resolved' end::"ConversationStatus", $4, $4, now() - interval '1 year', now() - random() * interval '1 year' from people
         returning id, "customerId"
       )
       insert into "Message" ("conversationId", seq, id, kind, body, "senderId", "senderRole", "clientMsgId", "payloadHash")
       select t.id, seq, uuidv7(), 'text', 'Message ' || seq || ' ' || repeat('请问这个还有货吗？', 4), t."customerId", 'customer', uuidv7(), decode(repeat('00', 32), 'hex')
         from threads t cross join generate_series(1, $4::int) seq`,
      [begun, count, openOneIn, messagesEach],
    );
  }
  for (const table of ["User", "Conversation", "Message"]) await ask(`vacuum analyze "${table}"`);
}
