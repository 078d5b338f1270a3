import { connect, createServer, type Socket } from "node:net";
import { expect, inject, test } from "vitest";
import { createLog } from "#server/log.ts";
import { atEnd } from "#server/testing/clean-up.ts";
import { type Database, openDatabase } from "./client.ts";
import { freePort } from "./postmaster.ts";

const log = createLog({ level: "silent", pretty: false });

function open(url: string, max?: number): Database {
  const database = openDatabase({ url, log, ...(max !== undefined && { max }) });
  atEnd(() => database.close());
  return database;
}

/** Passes bytes to PostgreSQL until it is told to hang, like a server that was stopped or a cable that was cut. */
async function createProxy(): Promise<{ url: string; hang: () => void }> {
  const target = new URL(inject("cluster").url);
  const { hostname } = target;
  const behind = Number(target.port);
  const sockets: Socket[] = [];
  let hung = false;
  const server = createServer((incoming) => {
    if (hung) return void sockets.push(incoming);
    const outgoing = connect(behind, hostname);
    sockets.push(incoming, outgoing);
    for (const socket of [incoming, outgoing]) socket.on("error", () => undefined);
    incoming.pipe(outgoing).pipe(incoming);
  });
  const port = await freePort();
  await new Promise<void>((done) => {
    server.listen(port, "127.0.0.1", done);
  });
  atEnd(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  target.search = "";
  target.port = String(port);
  return { url: target.href, hang: () => {
    hung = true;
    for (const socket of sockets) socket.unpipe().pause();
  } };
}

test("gives Prisma and the pool the same connections, with the limits of the server", async () => {
  const { prisma, pool } = open(inject("cluster").url, 1);
  const viaPrisma = await prisma.$queryRaw`select pg_backend_pid() as pid`;
  const { rows } = await pool.query("select pg_backend_pid() as pid");
  expect(viaPrisma).toEqual(rows);
  for (const [name, value] of [["statement_timeout", "5s"], ["lock_timeout", "2s"], ["idle_in_transaction_session_timeout", "10s"], ["application_name", "xiaoer"]]) {
    expect((await pool.query(`select current_setting('${name}') as value`)).rows).toEqual([{ value }]);
  }
});

test("outlives the loss of all of its connections", async () => {
  const { pool } = open(inject("cluster").url);
  const other = open(inject("cluster").url);
  const { rows } = await pool.query<{ pid: number }>("select pg_backend_pid() as pid");
  await other.pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
  await expect.poll(async () => (await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});

test("outlives the loss of a connection in the middle of a transaction", async () => {
  const { pool } = open(inject("cluster").url);
  const other = open(inject("cluster").url);
  const client = await pool.connect();
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  const lost = new Promise((done) => {
    client.once("end", done);
  });
  await other.pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
  await lost;
  await expect(client.query("select 1")).rejects.toThrow();
  client.release(true);
  expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});

test("answers within its limit when every connection is taken", async () => {
  const { pool } = open(inject("cluster").url, 1);
  const held = await pool.connect();
  const begun = performance.now();
  await expect(pool.query("select 1")).rejects.toThrow(/timeout/);
  expect(performance.now() - begun).toBeLessThan(3_000);
  held.release();
});

test("answers within its limit when the server hangs, and closes", async () => {
  const { url, hang } = await createProxy();
  const database = openDatabase({ url, log });
  await database.pool.query("select 1");
  hang();
  const begun = performance.now();
  await expect(database.pool.query("select 1")).rejects.toThrow(/timeout/);
  expect(performance.now() - begun).toBeLessThan(7_000);
  await expect(database.prisma.$queryRaw`select 1`).rejects.toThrow();
  await database.close();
  expect(performance.now() - begun).toBeLessThan(17_000);
});
