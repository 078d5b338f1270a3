import { id as uuid, line } from "#protocol/objects.ts";
import type { Platform } from "#server/platform.ts";

/** How callers may name a user instead of by our id: by the host's. */
const prefix = "ext:";

/** The ids of users named by our id or as `ext:<the host's id>`, by name; names of nobody are left out only for the latter. */
export async function findUserIds({ database }: Pick<Platform, "database">, refs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const externalIds = refs.filter((ref) => ref.startsWith(prefix)).map((ref) => ref.slice(prefix.length));
  const found = new Map(refs.filter((ref) => !ref.startsWith(prefix)).map((ref) => [ref, ref]));
  if (externalIds.length === 0) return found;
  const { rows } = await database.pool.query<{ id: string; externalId: string }>(`select id, "externalId" from "User" where "externalId" = any($1)`, [externalIds]);
  for (const { id, externalId } of rows) found.set(`${prefix}${externalId}`, id);
  return found;
}

/** The customers among these ids, by id; a guest that was merged stands for who it is now. */
export async function findCustomers({ database }: Pick<Platform, "database">, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.pool.query<{ id: string; customerId: string }>(
    `select id, coalesce("mergedIntoId", id) as "customerId" from "User" where id = any($1::uuid[]) and role = 'customer'`,
    [ids],
  );
  return new Map(rows.map(({ id, customerId }) => [id, customerId]));
}

/** What can name somebody at all. */
const nameable = line(1, 204);

/** Somebody whom a client of an older system named. */
export type Account = { readonly id: string; readonly customer: boolean };

/**
 * The users whom these names mean, by name: our id, the host's id, or `ext:` and the host's id. Ours goes first where
 * both fit. Names of nobody are left out; a guest that was merged stands for who it is now.
 */
export async function findAccounts({ database }: Pick<Platform, "database">, given: readonly string[]): Promise<ReadonlyMap<string, Account>> {
  const names = given.filter((name) => nameable.safeParse(name).success);
  const { rows } = await database.pool.query<Account & { name: string }>({
    name: "find-accounts",
    text: `select distinct on (named.name) named.name, coalesce(u."mergedIntoId", u.id) as id, u.role = 'customer' as customer
             from unnest($1::text[], $2::uuid[], $3::text[]) as named(name, id, "externalId")
             join "User" u on u.id = named.id or u."externalId" in (named.name, named."externalId")
            order by named.name, (u.id = named.id) desc nulls last`,
    values: [
      names,
      names.map((name) => (uuid.safeParse(name).success ? name : null)),
      names.map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name)),
    ],
  });
  return new Map(rows.map(({ name, ...account }) => [name, account]));
}
