import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { beforeEach, expect, inject, test } from "vitest";
import { createLog } from "#server/log.ts";
import { atEnd } from "#server/testing/clean-up.ts";
import { migrate } from "./migrate.ts";

const log = createLog({ level: "silent", pretty: false });
let folder: string;
let url: string;

beforeEach(async () => {
  const made = await mkdtemp(join(tmpdir(), "xiaoer-migrations-"));
  atEnd(() => rm(made, { recursive: true }));
  folder = made;
  url = await createEmptyDatabase();
});

async function createEmptyDatabase(): Promise<string> {
  const name = `empty_${createHash("sha256").update(folder).digest("hex").slice(0, 12)}`;
  const { adminUrl, url: server } = inject("cluster");
  await run(adminUrl, `create database ${name} owner xiaoer`);
  atEnd(async () => void (await run(adminUrl, `drop database ${name} with (force)`)));
  const address = new URL(server);
  address.pathname = `/${name}`;
  return address.href;
}

async function run(address: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function write(name: string, script: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, "migration.sql"), script);
}

test("applies what is missing, in the order of the names, and nothing twice", async () => {
  await write("2_fill", "insert into shop values ('inn'); insert into shop values ('tea');");
  await write("1_make", "create table shop(name text);");
  await writeFile(join(folder, "migration_lock.toml"), 'provider = "postgresql"');
  expect(await migrate({ url, log, folder })).toEqual(["1_make", "2_fill"]);
  expect(await migrate({ url, log, folder })).toEqual([]);
  await write("3_more", "alter table shop add rank int;");
  expect(await migrate({ url, log, folder })).toEqual(["3_more"]);
  expect(await run(url, "select name, rank from shop order by name")).toEqual([{ name: "inn", rank: null }, { name: "tea", rank: null }]);
});

test("records each as Prisma does", async () => {
  const script = "create table shop(name text);\n";
  await write("1_make", script);
  await migrate({ url, log, folder });
  expect(await run(url, 'select * from "_prisma_migrations"')).toEqual([{
    id: expect.stringMatching(/^[\da-f-]{36}$/), checksum: createHash("sha256").update(script).digest("hex"), migration_name: "1_make",
    started_at: expect.any(Date), finished_at: expect.any(Date), rolled_back_at: null, logs: null, applied_steps_count: 1,
  }]);
});

test("applies each once when several nodes start at the same time", async () => {
  await write("1_make", "create table shop(name text); insert into shop values ('inn');");
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate({ url, log, folder })));
  expect(applied.flat()).toEqual(["1_make"]);
  expect(await run(url, "select count(*)::int as rows from shop")).toEqual([{ rows: 1 }]);
});

test("undoes one that fails, whole, and says why in one line", async () => {
  await write("1_make", "create table shop(name text);");
  await write("2_wrong", "insert into shop values ('inn');\nselect nothing from nowhere;");
  await expect(migrate({ url, log, folder })).rejects.toThrow(/^the migration 2_wrong failed and was undone: relation "nowhere" does not exist$/);
  expect(await run(url, "select * from shop")).toEqual([]);
  expect(await run(url, 'select migration_name from "_prisma_migrations"')).toEqual([{ migration_name: "1_make" }]);
  await write("2_wrong", "insert into shop values ('inn');");
  expect(await migrate({ url, log, folder })).toEqual(["2_wrong"]);
});

test("refuses one that was changed after it was applied", async () => {
  await write("1_make", "create table shop(name text);");
  await migrate({ url, log, folder });
  await write("1_make", "create table shop(name varchar);");
  await expect(migrate({ url, log, folder })).rejects.toThrow(/the migration 1_make was changed after it was applied/);
});

test("takes other line ends for the same file", async () => {
  await write("1_make", "create table shop(\n  name text\n);\n");
  await migrate({ url, log, folder });
  await write("1_make", "create table shop(\r\n  name text\r\n);\r\n");
  expect(await migrate({ url, log, folder })).toEqual([]);
});

test("refuses a database in which another tool left one unfinished", async () => {
  await write("1_make", "create table shop(name text);");
  await migrate({ url, log, folder });
  await run(url, 'update "_prisma_migrations" set finished_at = null');
  await expect(migrate({ url, log, folder })).rejects.toThrow(/begun by another tool and not finished/);
});

test("goes on over a database that a newer version migrated", async () => {
  await write("1_make", "create table shop(name text);");
  await write("2_newer", "alter table shop add rank int;");
  await migrate({ url, log, folder });
  await rm(join(folder, "2_newer"), { recursive: true });
  expect(await migrate({ url, log, folder })).toEqual([]);
});
