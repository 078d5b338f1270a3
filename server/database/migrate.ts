import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { installationRoot } from "#server/installation.ts";
import type { Log } from "#server/log.ts";
import { messageOf, StartError } from "#server/start-error.ts";

type Migration = { readonly name: string; readonly script: string };
type Applied = { readonly migration_name: string; readonly checksum: string; readonly finished_at: Date | null };

type MigrateOptions = {
  readonly url: string;
  readonly log: Log;
  /** The folder of the migrations; ours if left out. */
  readonly folder?: string;
};

/** The advisory lock that `prisma migrate` takes, so that both wait for each other. */
const lockId = 72_707_369;
/** As `prisma migrate` makes it. */
const table = `create table if not exists "_prisma_migrations" (
  id varchar(36) primary key not null,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`;

/**
 * Applies what is in prisma/migrations and not yet in the database, in the order of the names, each in a transaction
 * of its own, and records it as `prisma migrate deploy` does, so that either can go on where the other was.
 * Several nodes may call it at once. Answers the names of those applied. Throws a StartError if one fails, was
 * changed after it was applied, or was left unfinished.
 */
export async function migrate({ url, log, folder = join(installationRoot(), "prisma", "migrations") }: MigrateOptions): Promise<readonly string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({
    connectionString: url, application_name: "xiaoer-migrate", connectionTimeoutMillis: 5_000,
    lock_timeout: 60_000, query_timeout: 600_000, keepAlive: true,
  });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(${lockId})`);
    const fresh = unapplied(migrations, await readApplied(client), log);
    for (const migration of fresh) await apply(client, migration, log);
    return fresh.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  return Promise.all(names.map(async (name) => ({ name, script: await readFile(join(folder, name, "migration.sql"), "utf8") })));
}

async function readApplied(client: pg.Client): Promise<readonly Applied[]> {
  await client.query("set client_min_messages = warning");
  await client.query(table);
  const { rows } = await client.query<Applied>(
    `select migration_name, checksum, finished_at from "_prisma_migrations" where rolled_back_at is null order by started_at`,
  );
  return rows;
}

function unapplied(migrations: readonly Migration[], applied: readonly Applied[], log: Log): readonly Migration[] {
  const unfinished = applied.find(({ finished_at }) => finished_at === null);
  if (unfinished) {
    throw new StartError(`the migration ${unfinished.migration_name} was begun by another tool and not finished; mend the database, then mark it with "prisma migrate resolve"`);
  }
  const byName = new Map(applied.map((row) => [row.migration_name, row.checksum]));
  for (const { name, script } of migrations) {
    const checksum = byName.get(name);
    if (checksum === undefined || checksumsOf(script).includes(checksum)) continue;
    throw new StartError(`the migration ${name} was changed after it was applied to this database; put the original file back and make the change in a new migration`);
  }
  const known = new Set(migrations.map(({ name }) => name));
  const newer = [...byName.keys()].filter((name) => !known.has(name));
  // A rolling upgrade migrates while older nodes still run; migrations only add what these can ignore.
  if (newer.length > 0) log.warn({ migrations: newer }, "the database was migrated by a newer version");
  return migrations.filter(({ name }) => !byName.has(name));
}

async function apply(client: pg.Client, { name, script }: Migration, log: Log): Promise<void> {
  const begun = performance.now();
  try {
    await client.query("begin");
    await client.query(script);
    await client.query(
      `insert into "_prisma_migrations" (id, checksum, finished_at, migration_name, started_at, applied_steps_count) values ($1, $2, clock_timestamp(), $3, now(), 1)`,
      [randomUUID(), checksumOf(script), name],
    );
    await client.query("commit");
  } catch (error) {
    throw new StartError(`the migration ${name} failed and was undone: ${messageOf(error)}`, { cause: error });
  }
  log.info({ migration: name, ms: Math.round(performance.now() - begun) }, "the database was migrated");
}

/** Checkouts differ in their line ends, and Prisma takes either. */
function checksumsOf(script: string): readonly string[] {
  const unix = script.replaceAll("\r\n", "\n");
  return [script, unix, unix.replaceAll("\n", "\r\n")].map(checksumOf);
}

function checksumOf(script: string): string {
  return createHash("sha256").update(script).digest("hex");
}
