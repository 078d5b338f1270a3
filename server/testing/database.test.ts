import pg from "pg";
import { expect, it } from "vitest";
import { createTestDatabase } from "./database.ts";

async function count(url: string, table: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`);
    return rows[0]?.n ?? -1;
  } finally {
    await client.end();
  }
}

it("gives each caller an empty, migrated database of its own", async () => {
  const [one, other] = [await createTestDatabase(), await createTestDatabase()];
  expect(one.name).not.toBe(other.name);
  expect(await count(one.url, '"Message"')).toBe(0);
  expect(await count(other.url, '"_prisma_migrations"')).toBeGreaterThan(0);
});
