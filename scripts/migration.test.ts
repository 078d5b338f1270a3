import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import pg from "pg";
import { expect, inject, test } from "vitest";
import { migrate } from "#server/database/migrate.ts";
import { createLog } from "#server/log.ts";
import { atEnd } from "#server/testing/clean-up.ts";
import { applyMigrations, compare, openSchemaEngine } from "./lib/schema-engine.mjs";

const log = createLog({ level: "silent", pretty: false });
const folder = join(resolve(import.meta.dirname, ".."), "prisma/migrations");

/** An empty database, as the superuser, because Prisma tries migrations in another one that it makes. */
async function createEmptyDatabase(): Promise<string> {
  const name = `prisma_${randomBytes(6).toString("hex")}`;
  const address = new URL(inject("cluster").adminUrl);
  const server = address.href;
  await run(server, `create database ${name}`);
  atEnd(() => run(server, `drop database ${name} with (force)`));
  address.pathname = `/${name}`;
  return address.href;
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

test("the migrations lead to the schema", async () => {
  const engine = await openSchemaEngine(await createEmptyDatabase());
  expect(await compare(engine, folder)).toBe("");
});

test("Prisma finds nothing to apply after us", async () => {
  const url = await createEmptyDatabase();
  expect((await migrate({ url, log })).length).toBeGreaterThan(0);
  expect(await applyMigrations(await openSchemaEngine(url), folder)).toEqual([]);
});

test("we find nothing to apply after Prisma", async () => {
  const url = await createEmptyDatabase();
  expect((await applyMigrations(await openSchemaEngine(url), folder)).length).toBeGreaterThan(0);
  expect(await migrate({ url, log })).toEqual([]);
});
