import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";
import { findIdentity, type Identity } from "./identity.ts";
import { signToken, tokenLifetimes, verifyToken } from "./tokens.ts";

type Needs = Pick<Platform, "bus" | "database" | "secrets">;

/** Makes a ticket: it opens one connection within 60 s, which ends when `identity` does. Errors: `forbidden`. */
export async function createTicket({ secrets }: Needs, identity: Identity): Promise<{ ticket: string; expiresAt: string }> {
  if (identity.via !== "access" && identity.via !== "cookie") throw new DomainError("forbidden", "A ticket is bought with an access token.");
  const expiresAt = new Date(Math.floor(Date.now() / 1_000 + tokenLifetimes.ticket) * 1_000);
  const { userId: sub, role, signInId: sid, version: ver } = identity;
  const until = Math.floor(identity.expiresAt.getTime() / 1_000);
  const ticket = await signToken(secrets, "ticket", { claims: { sub, role, sid, ver, jti: createId(), until }, expiresAt });
  return { ticket, expiresAt: expiresAt.toISOString() };
}

/** Answers who bought the ticket, once on all nodes. Errors: `unauthenticated`. */
export async function spendTicket(platform: Needs, ticket: unknown): Promise<Identity> {
  const { claims, expiresAt } = await verifyToken(platform.secrets, "ticket", ticket);
  const until = new Date(claims.until * 1_000);
  const identity = until.getTime() > Date.now() ? await findIdentity(platform, claims, { via: "ticket", expiresAt: until }) : null;
  const { count } = identity ? await platform.database.prisma.spentTicket.createMany({ data: { id: claims.jti, expiresAt }, skipDuplicates: true }) : { count: 0 };
  if (identity === null || count === 0) throw new DomainError("unauthenticated", "The ticket is spent or no longer holds.");
  return identity;
}

/** Forgets what no longer matters: spent tickets that have expired, and sign-ins a week after they did. */
export async function sweepSignIns({ database }: Pick<Platform, "database">): Promise<void> {
  const now = Date.now();
  await database.prisma.spentTicket.deleteMany({ where: { expiresAt: { lt: new Date(now - 60_000) } } });
  await database.prisma.signIn.deleteMany({ where: { expiresAt: { lt: new Date(now - 7 * 86_400_000) } } });
}
