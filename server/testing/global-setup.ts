import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "#server/database/embedded.ts";
import { migrate } from "#server/database/migrate.ts";
import { createLog } from "#server/log.ts";

/** What each test file needs to make its own database. */
export type TestCluster = {
  /** As the superuser: may create and drop databases. */
  readonly adminUrl: string;
  /** As the role that the server uses, for the database `xiaoer`. */
  readonly url: string;
};

declare module "vitest" {
  interface ProvidedContext {
    cluster: TestCluster;
  }
}

/** The database that every test's database is a copy of. */
export const template = "xiaoer_template";

/** Starts one PostgreSQL for the whole run, with the migrated template, and answers what stops it. */
export default async function startCluster(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "xiaoer-vitest-"));
  // PostgreSQL runs as another user when we are root, and must be able to pass through.
  await chmod(folder, 0o755);
  const log = createLog({ level: "warn", pretty: true });
  const embedded = await startEmbedded({ dataDir: join(folder, "data"), log });
  const end = async (): Promise<void> => {
    await embedded.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await makeTemplate(embedded.adminUrl);
    await migrate({ url: databaseUrl(embedded.url, template), log });
  } catch (error) {
    await end();
    throw error;
  }
  project.provide("cluster", { adminUrl: embedded.adminUrl, url: embedded.url });
  return end;
}

/** Answers the address of another database of the same server. */
export function databaseUrl(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

async function makeTemplate(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`create database ${template} owner xiaoer`);
  } finally {
    await client.end();
  }
}
