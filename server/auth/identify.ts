import type { Grant } from "#protocol/http.ts";
import { DomainError, isDomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import { type GrantedUser, makeGrant } from "./grants.ts";
import { authenticate, type Identity } from "./identity.ts";
import { limitsOf } from "./limits.ts";
import { type Merge, mergeGuest } from "./merge-guest.ts";
import { revoke } from "./revocation.ts";
import { createSignIn, prolongSignIn } from "./sign-ins.ts";
import { type SiteIdentity, verifySiteIdentity } from "./site-identity.ts";

type Needs = Pick<Platform, "bus" | "config" | "database" | "log" | "secrets">;

/**
 * Lets a customer in whom the host site vouches for; the account is made or brought up to date. A guest whose token
 * came along is merged into it: `merged` says what moved. The guest's live sessions get their `merged` goodbye from
 * the revocation, on all nodes; to announce the moved conversations is the caller's part.
 * Errors: `unauthenticated`, `bad_request`, `forbidden` (the id belongs to staff), `rate_limited`.
 */
export async function identify(
  platform: Needs,
  { identity, token }: { identity: string; token: string | null },
  { address }: { address: string },
): Promise<{ grant: Grant; merged: Merge | null }> {
  const said = await verifySiteIdentity(platform.secrets, identity);
  await limitsOf(platform).consume("profile", { key: said.externalId, address });
  const current = token === null ? null : await authenticateIfAlive(platform, token);
  const { user, merged } = await platform.database.prisma.$transaction(async (rows) => {
    const known = await saveCustomer(rows, said);
    return { user: known, merged: current?.guest ? await mergeGuest(rows, current.userId, known.id) : null };
  });
  if (merged) revoke(platform, { userId: merged.guestId });
  const prolonged = current?.userId === user.id ? await prolongSignIn(platform, current) : null;
  const signIn = prolonged ?? await createSignIn(platform.database.prisma, user);
  return { grant: await makeGrant(platform.secrets, signIn, user), merged };
}

/** The token of a sign-in that has ended says nothing more: whoever lost the answer to a merge asks again with it. */
async function authenticateIfAlive(platform: Needs, token: string): Promise<Identity | null> {
  try {
    return await authenticate(platform, token);
  } catch (error) {
    if (isDomainError(error) && error.details?.["reason"] !== undefined) return null;
    throw error;
  }
}

/** One statement, so that two pages that identify the same customer at once make one account. */
async function saveCustomer(rows: Prisma.TransactionClient, { externalId, name, email, attributes }: SiteIdentity): Promise<GrantedUser> {
  const json = attributes === undefined ? null : JSON.stringify(attributes);
  const [user] = await rows.$queryRaw<GrantedUser[]>`
    INSERT INTO "User" AS u (id, role, name, email, "externalId", attributes)
    VALUES (${createId()}::uuid, 'customer', ${name ?? externalId.slice(0, 80)}, ${email ?? null}, ${externalId}, COALESCE(${json}::jsonb, '{}'))
    ON CONFLICT ("externalId") DO UPDATE
       SET name = COALESCE(${name ?? null}, u.name), email = COALESCE(${email ?? null}, u.email),
           attributes = COALESCE(${json}::jsonb, u.attributes), "updatedAt" = clock_timestamp()
     WHERE u.role = 'customer' AND NOT u.disabled
    RETURNING id, role, name, "avatarUrl", guest, "externalId", version`;
  if (!user) throw new DomainError("forbidden", "This identity cannot be used here.");
  return user;
}
