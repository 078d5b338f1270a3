import { createHash, randomBytes } from "node:crypto";
import { type ApiKey, type ApiKeyBody, type MadeApiKey, scope } from "#protocol/developers.ts";
import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";
import type { Once } from "./answer-once.ts";
import type { Identity } from "./identity.ts";
import { assertAction } from "./policy.ts";

type Needs = Pick<Platform, "database" | "log">;
type Row = { id: string; name: string; scopes: string[]; hint: string; createdAt: Date; createdById: string | null; createdByName: string | null; lastUsedAt: Date | null };

const prefix = "xk_";
/** Enough of it to tell keys apart, far too little to guess one. */
const hintCharacters = prefix.length + 4;
/** A key never stops to count by itself: as far away as a timer of Node can look. */
const foreverMs = 2 ** 31 - 1;

/** Whether a bearer token means an API key. */
export function looksLikeApiKey(token: string): boolean {
  return token.startsWith(prefix);
}

/** All keys, the oldest first. Admins only. */
export async function listApiKeys({ database }: Needs, actor: Identity | null): Promise<ApiKey[]> {
  assertAction(actor, "api-keys:manage");
  const { rows } = await database.pool.query<Row>(
    `select k.id, u.name, k.scopes, k.hint, k."createdAt", k."createdById", c.name as "createdByName", k."lastUsedAt"
       from "ApiKey" k join "User" u on u.id = k."userId" left join "User" c on c.id = k."createdById"
      order by k."createdAt", k.id`,
  );
  return rows.map(present);
}

/** Makes a key and the account that it acts as; the key stands in this answer only. Admins only. */
export async function createApiKey({ log }: Pick<Platform, "log">, actor: Identity | null, { name, scopes, once }: ApiKeyBody & { once: Once<MadeApiKey> }): Promise<MadeApiKey> {
  assertAction(actor, "api-keys:manage");
  const key = `${prefix}${randomBytes(32).toString("base64url")}`;
  const [id, userId] = [createId(), createId()];
  const wanted = scope.options.filter((one) => scopes.includes(one));
  return once(async (rows) => {
    await rows.user.create({ data: { id: userId, role: "agent", name, service: `key:${id}` }, select: { id: true } });
    const row = await rows.apiKey.create({
      data: { id, userId, hash: hashOf(key), hint: key.slice(0, hintCharacters), scopes: wanted, createdById: actor.userId },
      omit: { hash: true },
    });
    log.info({ apiKeyId: id, scopes: wanted, by: actor.userId }, "an API key was made");
    return { ...present({ ...row, name, createdByName: actor.name }), key };
  });
}

/** Ends a key at once. Its account stays, as the sender of what it sent. Admins only. Errors: `not_found`. */
export async function deleteApiKey({ database, log }: Needs, actor: Identity | null, id: string): Promise<void> {
  assertAction(actor, "api-keys:manage");
  const { rowCount } = await database.pool.query(
    `with gone as (delete from "ApiKey" where id = $1 returning "userId")
     update "User" set disabled = true, "updatedAt" = clock_timestamp() where id in (select "userId" from gone)`,
    [id],
  );
  if (rowCount === 0) throw new DomainError("not_found", "There is no such API key.");
  log.info({ apiKeyId: id, by: actor.userId }, "an API key was revoked");
}

/* That it was used is noted once a minute: a busy key must not write with every request. */
const findStatement = `
with known as (
  select k.id, k.scopes, k."lastUsedAt", u.id as "userId", u.role, u.name, u."avatarUrl", u.version, u.locale
    from "ApiKey" k join "User" u on u.id = k."userId" where k.hash = $1 and not u.disabled
), used as (
  update "ApiKey" set "lastUsedAt" = clock_timestamp() where id = (
    select id from known where "lastUsedAt" is null or "lastUsedAt" < clock_timestamp() - interval '1 minute')
)
select * from known`;

type Known = { id: string; scopes: string[]; userId: string; role: Identity["role"]; name: string; avatarUrl: string | null; version: number; locale: string };

/** Answers the account that a key acts as. The database is asked each time, so that a revoked key is dead at once. Errors: `unauthenticated`, `unavailable`. */
export async function authenticateApiKey({ database }: Pick<Platform, "database">, key: string): Promise<Identity> {
  const [known] = await findKey(database, key);
  if (known === undefined) throw new DomainError("unauthenticated", "There is no such API key.");
  const { id, scopes, ...account } = known;
  return { ...account, guest: false, externalId: null, signInId: id, expiresAt: new Date(Date.now() + foreverMs), via: "key", scopes };
}

async function findKey({ pool }: Platform["database"], key: string): Promise<Known[]> {
  try {
    return (await pool.query<Known>({ name: "find-api-key", text: findStatement, values: [hashOf(key)] })).rows;
  } catch (cause) {
    throw new DomainError("unavailable", "The database cannot be asked who this is. Try again.", { cause });
  }
}

/* 256 random bits need no salt and no slow hash. */
function hashOf(key: string): Buffer<ArrayBuffer> {
  return createHash("sha256").update(key).digest();
}

function present({ id, name, scopes, hint, createdAt, createdById, createdByName, lastUsedAt }: Row): ApiKey {
  return {
    id, name, hint,
    scopes: scope.options.filter((one) => scopes.includes(one)),
    createdAt: createdAt.toISOString(),
    createdBy: createdById === null ? null : { id: createdById, name: createdByName ?? "" },
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
