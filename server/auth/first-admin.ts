import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config } from "#server/config.ts";
import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";
import { hashPassword, makePassword, matchesPassword } from "./passwords.ts";

/** Who was made, and the password to show: null when the settings gave it. */
export type FirstAdmin = { email: string; password: string | null };

/**
 * Makes the admin of a new installation; answers null where there is one whose password was shown. A password that
 * is made at random stays in a file of the data folder until `forgetFirstPassword`, so that a start which is killed
 * before it could show it loses nothing. Nodes that start together make one admin.
 */
export async function ensureFirstAdmin({ config, database }: Pick<Platform, "config" | "database">): Promise<FirstAdmin | null> {
  const anyAdmin = { where: { role: "admin" }, select: { id: true } } as const;
  const email = config.adminEmail;
  if (await database.prisma.user.findFirst(anyAdmin)) {
    const unseen = await readPassword(config);
    const account = unseen === null ? null : await database.prisma.user.findFirst({ where: { email, role: "admin" } });
    // Another node's admin, or a password that was changed since, is not what this file is about.
    return unseen !== null && account !== null && (await matchesPassword(account.passwordHash, unseen)) ? { email, password: unseen } : null;
  }
  const made = config.adminPassword === null ? ((await readPassword(config)) ?? (await keepPassword(config, makePassword()))) : null;
  const passwordHash = await hashPassword(config.adminPassword ?? made ?? "");
  return database.prisma.$transaction(async (rows) => {
    await rows.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('first admin'))`;
    if (await rows.user.findFirst(anyAdmin)) return null;
    await rows.user.create({ data: { id: createId(), role: "admin", name: "Admin", email, passwordHash } });
    return { email, password: made };
  });
}

/** The password was shown. */
export async function forgetFirstPassword(config: Config): Promise<void> {
  await rm(fileOf(config), { force: true });
}

async function readPassword(config: Config): Promise<string | null> {
  return readFile(fileOf(config), "utf8").catch(() => null);
}

/* Of two that keep one at once, the first one's counts for both. */
async function keepPassword(config: Config, password: string): Promise<string> {
  await mkdir(dirname(fileOf(config)), { recursive: true, mode: 0o700 });
  await writeFile(fileOf(config), password, { mode: 0o600, flag: "wx" }).catch(() => {});
  return (await readPassword(config)) ?? password;
}

function fileOf({ dataDir }: Config): string {
  return join(dataDir, "secrets", "first-admin-password");
}
