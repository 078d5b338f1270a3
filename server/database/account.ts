import { stat } from "node:fs/promises";
import { StartError } from "#server/start-error.ts";
import { type Account, runCommand } from "./command.ts";

const name = "xiaoer";

/**
 * Answers who PostgreSQL runs as. It refuses root, so for root that is the owner of an existing cluster,
 * or else a system user of our own, made on the first start.
 */
export async function chooseAccount(cluster: string): Promise<Account> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(cluster).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await find()) ?? (await make());
}

async function find(): Promise<Account> {
  const [uid, gid] = await Promise.all([runCommand("id", ["-u", name]), runCommand("id", ["-g", name])]);
  return uid.code === 0 && gid.code === 0 ? { uid: Number(uid.output), gid: Number(gid.output) } : null;
}

async function make(): Promise<Account> {
  const made = await runCommand("useradd", ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", name]);
  const account = await find();
  if (account !== null) return account;
  throw new StartError(
    `PostgreSQL refuses to run as root, and the system user "${name}" could not be made (${made.output}); `
    + "start as an ordinary user, make that user, or set DATABASE_URL",
  );
}
