import type { Role } from "#protocol/objects.ts";
import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import type { Identity } from "./identity.ts";
import { revoke } from "./revocation.ts";

const hours = 3_600_000;

/** How long a sign-in lasts: so long after its last use, and never longer than `absoluteMs`. From SECURITY.md section 6. */
const lifetimes = {
  staff: { idleMs: 8 * hours, absoluteMs: 24 * hours },
  customer: { idleMs: 30 * 24 * hours, absoluteMs: Number.POSITIVE_INFINITY },
} as const;

/** A sign-in that holds until `expiresAt`, unless it is ended before. */
export type SignIn = { id: string; expiresAt: Date };

type Rows = Pick<Prisma.TransactionClient, "signIn" | "user">;

/** Stores a sign-in of this user, made now. */
export async function createSignIn(rows: Rows, user: { id: string; role: Role }): Promise<SignIn> {
  const now = new Date();
  return rows.signIn.create({
    data: { id: createId(), userId: user.id, createdAt: now, lastUsedAt: now, expiresAt: expiryOf(user.role, { createdAt: now, now }) },
    select: { id: true, expiresAt: true },
  });
}

/** Prolongs a sign-in from now on; null when it has ended, or its user may no longer come in. */
export async function prolongSignIn({ database }: Pick<Platform, "database">, { signInId, version, role }: Identity): Promise<SignIn | null> {
  const now = new Date();
  const user = { version, role, disabled: false, mergedIntoId: null };
  const holds = { id: signInId, endedAt: null, expiresAt: { gt: now }, user };
  const signIn = await database.prisma.signIn.findFirst({ where: holds, select: { createdAt: true } });
  if (signIn === null) return null;
  const expiresAt = expiryOf(role, { createdAt: signIn.createdAt, now });
  const { count } = await database.prisma.signIn.updateMany({ where: holds, data: { lastUsedAt: now, expiresAt } });
  return count === 0 ? null : { id: signInId, expiresAt };
}

/** Ends one sign-in everywhere: its tokens are dead, its connections close within 5 s. */
export async function endSignIn(platform: Pick<Platform, "bus" | "database">, signInId: string): Promise<void> {
  await platform.database.prisma.signIn.updateMany({ where: { id: signInId, endedAt: null }, data: { endedAt: new Date() } });
  revoke(platform, { signInId });
}

/** Ends all sign-ins of a user. Inside a transaction use `killSignIns`, and `revoke` after its commit. */
export async function endAllSignIns(platform: Pick<Platform, "bus" | "database">, userId: string): Promise<void> {
  await platform.database.prisma.$transaction((rows) => killSignIns(rows, userId));
  revoke(platform, { userId });
}

/** Raises the user's version, so that every token with an older one is dead, and ends the sign-ins. */
export async function killSignIns(rows: Rows, userId: string): Promise<void> {
  await rows.user.update({ where: { id: userId }, data: { version: { increment: 1 } }, select: { id: true } });
  await rows.signIn.updateMany({ where: { userId, endedAt: null }, data: { endedAt: new Date() } });
}

function expiryOf(role: Role, { createdAt, now }: { createdAt: Date; now: Date }): Date {
  const { idleMs, absoluteMs } = lifetimes[role === "customer" ? "customer" : "staff"];
  return new Date(Math.min(now.getTime() + idleMs, createdAt.getTime() + absoluteMs));
}
