import { setTimeout as delay } from "node:timers/promises";
import { randomInt } from "node:crypto";
import type { Grant } from "#protocol/http.ts";
import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";
import { grantedFields, type GrantedUser, makeGrant } from "./grants.ts";
import type { Identity } from "./identity.ts";
import { type Limits, limitsOf } from "./limits.ts";
import { matchesPassword, passwordTurns } from "./passwords.ts";
import { createSignIn, endAllSignIns, endSignIn, prolongSignIn, type SignIn } from "./sign-ins.ts";

type Needs = Pick<Platform, "bus" | "config" | "database" | "log" | "secrets">;
/** The client's address, for limits. */
type From = { address: string };

/** Up to here failures with one account are free; beyond, each attempt with it waits, at most this long. */
const freeFailures = 10;
const longestDelayMs = 3_000;

/** Signs a member of staff in. Errors: `unauthenticated` (wrong in any way), `rate_limited`, `unavailable`. */
export async function login(platform: Needs, input: { email: string; password: string }, from: From): Promise<Grant> {
  const { user, signIn } = await signInStaff(platform, input, from);
  return makeGrant(platform.secrets, signIn, user);
}

/** As `login`, for callers that keep the sign-in themselves. */
export async function signInStaff(
  platform: Needs,
  { email, password }: { email: string; password: string },
  { address }: From,
): Promise<{ user: GrantedUser; signIn: SignIn }> {
  const limits = limitsOf(platform);
  const name = email.trim().toLowerCase();
  const attempt = { limits, name, address };
  await slowDown(attempt);
  const account = await findStaff(platform, name);
  const matches = await passwordTurns().run(async () => {
    await assertAttemptAllowed(attempt);
    const right = await matchesPassword(account?.passwordHash ?? null, password);
    if (!right) await countFailure(attempt);
    return right;
  });
  if (!matches || account === null) {
    platform.log.warn({ address }, "a sign-in was refused");
    throw new DomainError("unauthenticated", "The e-mail address or the password is wrong.");
  }
  const { passwordHash: _, ...user } = account;
  return { user, signIn: await createSignIn(platform.database.prisma, user) };
}

/** Makes a guest and signs it in. Errors: `rate_limited`. */
export async function createGuest(platform: Needs, input: { name?: string | undefined; locale?: string | undefined }, { address }: From): Promise<Grant> {
  await limitsOf(platform).consume("guestIp", { key: address, address });
  const locale = /^[a-z]{2,8}(-[a-z\d]{1,8})*$/i.test(input.locale ?? "") ? input.locale ?? "" : "zh-CN";
  const name = input.name?.trim() ?? `${locale.toLowerCase().startsWith("zh") ? "访客" : "Guest"} ${randomInt(1_000, 10_000)}`;
  const { user, signIn } = await platform.database.prisma.$transaction(async (rows) => {
    const made = await rows.user.create({ data: { id: createId(), role: "customer", guest: true, name, locale }, select: grantedFields });
    return { user: made, signIn: await createSignIn(rows, made) };
  });
  return makeGrant(platform.secrets, signIn, user);
}

/**
 * Prolongs the sign-in behind an access token or a cookie and answers a fresh access token for it.
 * Errors: `unauthenticated` when it has ended, `forbidden` for identities that no sign-in stands behind.
 */
export async function refresh(platform: Needs, identity: Identity): Promise<Grant> {
  if (identity.via !== "access" && identity.via !== "cookie") throw new DomainError("forbidden", "Only an access token can be refreshed.");
  const signIn = await prolongSignIn(platform, identity);
  if (signIn === null) throw new DomainError("unauthenticated", "This sign-in has ended.");
  const { userId: id, role, name, avatarUrl, guest, externalId, version } = identity;
  return makeGrant(platform.secrets, signIn, { id, role, name, avatarUrl, guest, externalId, version });
}

/** Ends this sign-in, or all of this user's. */
export async function logout(platform: Needs, identity: Identity, { everywhere = false }: { everywhere?: boolean | undefined }): Promise<void> {
  if (everywhere) await endAllSignIns(platform, identity.userId);
  else await endSignIn(platform, identity.signInId);
}

type Account = GrantedUser & { passwordHash: string | null };
type Attempt = { limits: Limits; name: string; address: string };

/** What no account can have is not asked of the database, which refuses some characters. */
async function findStaff({ database }: Needs, email: string): Promise<Account | null> {
  if (!/^[^\s\p{Cc}\p{Cs}@]+@[^\s\p{Cc}\p{Cs}@]+$/u.test(email)) return null;
  return database.prisma.user.findFirst({
    where: { email, role: { not: "customer" }, disabled: false },
    select: { ...grantedFields, passwordHash: true },
  });
}

/** Someone who tries a thousand addresses must not lock the owner out, so beyond the limit attempts are only slow. */
async function slowDown({ limits, name, address }: Attempt): Promise<void> {
  const excess = (await limits.spent("loginAccount", { key: name, address })) - freeFailures;
  if (excess >= 0 && !limits.isExempt(address)) await delay(Math.min(longestDelayMs, 250 * 2 ** Math.min(excess, 8)));
}

async function assertAttemptAllowed({ limits, name, address }: Attempt): Promise<void> {
  await limits.check("loginIp", { key: address, address });
  await limits.check("loginAccountIp", { key: `${address} ${name}`, address });
}

async function countFailure({ limits, name, address }: Attempt): Promise<void> {
  await limits.count("loginIp", { key: address, address });
  await limits.count("loginAccountIp", { key: `${address} ${name}`, address });
  await limits.count("loginAccount", { key: name, address });
}
