import type { Pool, PoolClient } from "pg";

const attempts = 4;

/**
 * Runs `work` in one transaction on one connection: committed when it resolves, rolled back when it
 * throws. Tries again, from the start, when another transaction got in its way (deadlock, serialization
 * failure, unique index), so `work` must have no effect outside the database.
 */
export async function inTransaction<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(pool, work);
    } catch (error) {
      if (attempt === attempts || !isRace(error)) throw error;
    }
  }
}

async function runOnce<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error("rollback failed");
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Two writers met: a deadlock, a serialization failure, or the same unique value twice at once. */
export function isRace(error: unknown): boolean {
  const code = sqlState(error);
  return code === "40P01" || code === "40001" || code === "23505";
}

/** The five characters of PostgreSQL's error code; empty for any other error. */
export function sqlState(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : "";
}
