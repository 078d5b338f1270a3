import type { MadeStaffUser, StaffUser, UserBody, UserPatch } from "#protocol/http.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";
import { inOneTransaction, type Once } from "./answer-once.ts";
import { presentStaff, staffFields } from "./grants.ts";
import type { Identity } from "./identity.ts";
import { hashPassword, makePassword } from "./passwords.ts";
import { assertAction } from "./policy.ts";
import { revoke } from "./revocation.ts";
import { killSignIns } from "./sign-ins.ts";

type Needs = Pick<Platform, "bus" | "database" | "log">;

/** All members of staff, the oldest account first. Admins only. */
export async function listStaff({ database }: Needs, actor: Identity | null): Promise<StaffUser[]> {
  assertAction(actor, "users:manage");
  const rows = await database.prisma.user.findMany({ where: { role: { not: "customer" }, service: null }, orderBy: [{ createdAt: "asc" }, { id: "asc" }], select: staffFields });
  return rows.map(presentStaff);
}

/**
 * Makes an account. Without a password one is made, and stands in this answer only. Admins only.
 * Errors: `conflict` with `details.field` when the e-mail address or the external id is taken.
 */
export async function createStaff(
  platform: Needs,
  actor: Identity | null,
  { once = inOneTransaction(platform), ...body }: UserBody & { once?: Once<MadeStaffUser> },
): Promise<MadeStaffUser> {
  assertAction(actor, "users:manage");
  const { name, role, externalId = null } = body;
  const made = body.password === undefined ? makePassword() : null;
  const passwordHash = await hashPassword(body.password ?? made ?? "");
  const email = body.email.toLowerCase();
  return orConflict(platform, { email, externalId }, () => once(async (rows) => {
    const row = await rows.user.create({ data: { id: createId(), email, name, role, externalId, passwordHash }, select: staffFields });
    platform.log.info({ userId: row.id, role, by: actor.userId }, "an account was made");
    return { ...presentStaff(row), ...(made === null ? {} : { password: made }) };
  }));
}

/**
 * Changes an account. Another role, another password and disabling end all of its sign-ins within 5 s. Admins only.
 * Errors: `not_found`; `conflict` when the external id is taken, or when no enabled admin would be left.
 */
export async function updateStaff(platform: Needs, actor: Identity | null, { id, ...patch }: UserPatch & { id: string }): Promise<StaffUser> {
  assertAction(actor, "users:manage");
  const passwordHash = patch.password === undefined ? undefined : await hashPassword(patch.password);
  const { row, ended } = await orConflict(platform, { email: null, externalId: patch.externalId ?? null }, () =>
    platform.database.prisma.$transaction((rows) => applyPatch(rows, { id, patch, passwordHash })));
  if (ended) revoke(platform, { userId: id });
  platform.log.info({ userId: id, changed: Object.keys(patch), by: actor.userId }, "an account was changed");
  return presentStaff(row);
}

type Change = { id: string; patch: UserPatch; passwordHash: string | undefined };

async function applyPatch(rows: Prisma.TransactionClient, { id, patch, passwordHash }: Change) {
  // Whoever takes an admin away holds all of them until the commit, so that two changes cannot each leave the other's.
  const admins = await rows.$queryRaw<{ id: string }[]>`SELECT id FROM "User" WHERE role = 'admin' AND NOT disabled ORDER BY id FOR UPDATE`;
  const before = await rows.user.findFirst({ where: { id, role: { not: "customer" }, service: null }, select: staffFields });
  if (before === null) throw new DomainError("not_found", "There is no such account.");
  const { name, role, disabled, externalId } = patch;
  const remains = (role ?? before.role) === "admin" && !(disabled ?? before.disabled);
  if (!remains && admins.length === 1 && admins[0]?.id === id) throw new DomainError("conflict", "The last admin must stay.");
  const ended = (role ?? before.role) !== before.role || (disabled === true && !before.disabled) || passwordHash !== undefined;
  const data = {
    ...(name === undefined ? {} : { name }),
    ...(role === undefined ? {} : { role }),
    ...(disabled === undefined ? {} : { disabled }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(passwordHash === undefined ? {} : { passwordHash }),
  };
  if (ended) await killSignIns(rows, id);
  return { row: await rows.user.update({ where: { id }, data, select: staffFields }), ended };
}

/** Says which of the two is taken when the database refuses the row. */
async function orConflict<T>({ database }: Needs, wanted: { email: string | null; externalId: string | null }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "P2002")) throw error;
    const taken = wanted.email !== null && await database.prisma.user.findFirst({ where: { email: wanted.email, role: { not: "customer" } }, select: { id: true } });
    const field = taken ? "email" : "externalId";
    throw new DomainError("conflict", taken ? "This e-mail address has an account already." : "This external id belongs to another user.", { details: { field } });
  }
}
