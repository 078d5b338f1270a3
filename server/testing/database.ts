import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { atEnd } from "./clean-up.ts";
import { databaseUrl, template } from "./global-setup.ts";

/** A database of its own for one test or one file. */
export type TestDatabase = {
  /** As the role that the server uses. */
  readonly url: string;
  readonly name: string;
};

/** Makes an empty, migrated database, which is dropped after the last test of the file. Takes about 50 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await asAdmin(`create database ${name} template ${template} owner xiaoer`);
  atEnd(() => asAdmin(`drop database if exists ${name} with (force)`));
  return { name, url: databaseUrl(inject("cluster").url, name) };
}

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject("cluster").adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
