import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, test, vi } from "vitest";
import { createLog } from "#server/log.ts";
import { atEnd } from "#server/testing/clean-up.ts";
import { type Embedded, startEmbedded } from "./embedded.ts";

const log = createLog({ level: "silent", pretty: false });

/** An empty data folder, removed at the end. */
async function makeFolder(name = "xiaoer-pg-"): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), name));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function start(dataDir: string): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDir, log });
  atEnd(() => embedded.stop());
  return embedded;
}

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

async function postmasterOf(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, "postgres/cluster/postmaster.pid"), "utf8")).split("\n")[0]);
}

test("makes a database in UTF-8 whose owner is no superuser, and keeps it over a restart", async () => {
  const dataDir = await makeFolder();
  const first = await start(dataDir);
  expect(await ask(first.url, "select current_setting('server_encoding')")).toBe("UTF8");
  expect(await ask(first.url, "select rolsuper from pg_roles where rolname = current_user")).toBe(false);
  expect(await ask(first.url, "select lower('ÄÖ') || length('小二')")).toBe("äö2");
  await ask(first.url, "create table kept as select 42 as answer");
  await first.stop();
  await expect(ask(first.url, "select 1")).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  const second = await start(dataDir);
  expect(second.url).toBe(first.url);
  expect(await ask(second.url, "select answer from kept")).toBe(42);
});

test("keeps what it writes closed to others", async () => {
  const dataDir = await makeFolder();
  await start(dataDir);
  const modes = await Promise.all(["postgres.json", "postgres/cluster", "postgres/run", "postgres", "."].map(async (name) => (await stat(join(dataDir, name))).mode & 0o777));
  const passing = process.getuid?.() === 0 ? 0o710 : 0o700;
  expect(modes).toEqual([0o600, 0o700, 0o700, passing, passing]);
});

test("S114: takes connections from this machine alone, with a password", async () => {
  const { url, adminUrl } = await start(await makeFolder());
  expect(await ask(adminUrl, "select current_setting('listen_addresses') || current_setting('fsync')")).toBe("127.0.0.1on");
  const guess = new URL(url);
  guess.password = "postgres";
  await expect(ask(guess.href, "select 1")).rejects.toThrow(/password authentication failed/);
});

test("starts again when it dies", async () => {
  const dataDir = await makeFolder();
  const { url } = await start(dataDir);
  await ask(url, "create table kept as select 42 as answer");
  for (let times = 0; times < 2; times++) {
    const pid = await postmasterOf(dataDir);
    process.kill(pid, "SIGKILL");
    await vi.waitFor(async () => {
      expect(await ask(url, "select answer from kept")).toBe(42);
      expect(await postmasterOf(dataDir)).not.toBe(pid);
    }, { timeout: 15_000, interval: 50 });
  }
});

test("adopts the server that a killed process left running", async () => {
  const dataDir = await makeFolder();
  const holder = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "../testing/hold-database.ts"), dataDir], { stdio: ["ignore", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  const pid = await postmasterOf(dataDir);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const { url } = await start(dataDir);
  expect(await postmasterOf(dataDir)).toBe(pid);
  expect(await ask(url, "select 1")).toBe(1);
});

test("starts over a lock file that names another living process", async () => {
  const dataDir = await makeFolder();
  const before = await start(dataDir);
  const lock = join(dataDir, "postgres/cluster/postmaster.pid");
  const content = await readFile(lock, "utf8");
  await before.stop();
  await writeFile(lock, content.replace(/^\d+/, String(process.pid)));
  const after = await start(dataDir);
  expect(await ask(after.url, "select 1")).toBe(1);
});

test("begins anew after an initdb that was interrupted", async () => {
  const dataDir = await makeFolder();
  const before = await start(dataDir);
  await before.stop();
  await rename(join(dataDir, "postgres/cluster"), join(dataDir, "postgres/unfinished-1"));
  const note = join(dataDir, "postgres.json");
  await writeFile(note, (await readFile(note, "utf8")).replace(/"port": \d+/, '"port": 0'));
  expect(await ask((await start(dataDir)).url, "select 1")).toBe(1);
  await expect(stat(join(dataDir, "postgres/unfinished-1"))).rejects.toThrow("ENOENT");
});

test("never mistakes the server of the original for its own when the folder is a copy", async () => {
  const original = await makeFolder();
  const first = await start(original);
  await ask(first.url, "create table kept as select 'original' as whose");
  await first.stop();
  const copy = await makeFolder();
  await cp(original, copy, { recursive: true });
  await start(original);
  const second = await start(copy);
  await ask(second.url, "update kept set whose = 'copy'");
  expect(await ask(first.url, "select whose from kept")).toBe("original");
});

test("moves to another port when its own is taken", async () => {
  const dataDir = await makeFolder();
  const before = await start(dataDir);
  await before.stop();
  const other = spawn(process.execPath, ["-e", `require("net").createServer((socket) => socket.end("no")).listen(${new URL(before.url).port}, "127.0.0.1", () => console.log("taken"))`], { stdio: ["ignore", "pipe", "inherit"] });
  atEnd(async () => void other.kill());
  await once(other.stdout, "data");
  const after = await start(dataDir);
  expect(new URL(after.url).port).not.toBe(new URL(before.url).port);
  expect(await ask(after.url, "select 1")).toBe(1);
});

test("goes without a socket where the path is too long for one", async () => {
  const { url } = await start(await makeFolder(`xiaoer-${"long".repeat(20)}-`));
  expect(url).not.toContain("host=");
  expect(await ask(url, "select 1")).toBe(1);
});

test("refuses to begin an empty database where there was a full one", async () => {
  const dataDir = await makeFolder();
  const before = await start(dataDir);
  await before.stop();
  await rm(join(dataDir, "postgres"), { recursive: true });
  await expect(start(dataDir)).rejects.toThrow(/is gone from .*; put it back, or remove/);
});

test("refuses a database whose passwords are lost", async () => {
  const dataDir = await makeFolder();
  const before = await start(dataDir);
  await before.stop();
  await rm(join(dataDir, "postgres.json"));
  await expect(start(dataDir)).rejects.toThrow(/postgres.json is missing/);
});
