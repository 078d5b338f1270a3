import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient } from "#prisma/generated/client.ts";
import type { Log } from "#server/log.ts";

/** The one pool of connections to PostgreSQL, and Prisma over the same pool. */
export type Database = {
  /** For ordinary work. */
  readonly prisma: PrismaClient;
  /** For the hot path: named prepared statements. Nothing here waits longer than about 6 s. */
  readonly pool: pg.Pool;
  close(): Promise<void>;
};

type DatabaseOptions = {
  readonly url: string;
  /** The most connections that this node opens. */
  readonly max?: number;
  readonly log: Log;
};

/** Milliseconds, from SECURITY.md section 6. */
const limits = {
  /** A little less than the 2 s after which everybody has an answer. */
  acquire: 1_800,
  statement: 5_000,
  lock: 2_000,
  idleInTransaction: 10_000,
  /** Longer than `statement`, so that it fires only when the server itself no longer answers. */
  answer: 6_000,
  close: 3_000,
} as const;

/** Makes the pool. Opens no connection yet: an unreachable server shows at the first query, within 2 s. */
export function openDatabase({ url, max = 10, log }: DatabaseOptions): Database {
  const pool = new pg.Pool({ ...connectionOptions(url), max, connectionTimeoutMillis: limits.acquire, idleTimeoutMillis: 30_000 });
  // Without a listener, a restart of PostgreSQL would end this process.
  pool.on("error", (error) => log.warn({ err: error }, "a database connection was lost"));
  // The pool listens only to connections that lie idle: one that is lost in the middle of a transaction would end us too.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    prisma,
    pool,
    async close() {
      await withinLimit(prisma.$disconnect());
      await withinLimit(pool.end());
    },
  };
}

/** What every connection of ours carries: limits on the server and, for a server that hangs, in the client too. */
export function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: "xiaoer",
    keepAlive: true,
    statement_timeout: limits.statement,
    lock_timeout: limits.lock,
    idle_in_transaction_session_timeout: limits.idleInTransaction,
    query_timeout: limits.answer,
  };
}

/** A server that hangs never says goodbye; its connections end with the process. */
async function withinLimit(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((done) => {
    timer = setTimeout(done, limits.close);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
