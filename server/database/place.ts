import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { holdsOnlyOurs } from "#server/data-folder.ts";
import { codeOf, StartError } from "#server/start-error.ts";
import { type Account, runCommand } from "./command.ts";

/**
 * Answers the folder for the cluster, its socket and log, and makes it: `postgres` in the data folder. When PostgreSQL
 * runs as another user who cannot come there (a data folder under root's home), it is one under `shelter` instead,
 * because nobody's home is opened for us.
 */
export async function choosePlace(dataDir: string, account: Account, shelter = "/var/lib/xiaoer-postgres"): Promise<string> {
  // pg_ctl hands these paths to a shell, between double quotes.
  if (/["$`\\\n]/.test(dataDir)) throw new StartError(`DATA_DIR is "${dataDir}"; expected a path without the characters " $ \` \\`);
  const inside = join(dataDir, "postgres");
  if (account === null) {
    await mkdir(inside, { recursive: true, mode: 0o700 });
    return inside;
  }
  if (await reaches(account, dirname(dataDir))) {
    if (!(await reaches(account, dataDir)) && (await holdsOnlyOurs(dataDir))) await openTo(account, dataDir);
    if (await reaches(account, dataDir)) await openTo(account, inside);
    if (await reaches(account, inside)) return inside;
  }
  return takeShelter(dataDir, account, shelter);
}

/**
 * Lets the account of an existing cluster come to it and own it again: a copy that was put back by root has
 * the modes and owners of whoever copied it.
 */
export async function reopenPlace(dataDir: string, place: string, account: Account): Promise<void> {
  const cluster = join(place, "cluster");
  if (account === null) return;
  if ((await stat(cluster)).uid !== account.uid) await runCommand("chown", ["-R", `${account.uid}:${account.gid}`, cluster, join(place, "run")]);
  if (await reaches(account, cluster)) return;
  await openTo(account, place);
  if (dirname(place) === dataDir && (await holdsOnlyOurs(dataDir))) await openTo(account, dataDir);
  if (await reaches(account, cluster)) return;
  throw new StartError(`the user that PostgreSQL runs as cannot reach its data in ${cluster}; move it to a folder that every user can reach`);
}

/** Makes sure that a place outside the data folder belongs to this data folder, or to one that is gone. */
export async function claimPlace(dataDir: string, place: string): Promise<void> {
  if (dirname(place) === resolve(dataDir)) return;
  const note = join(place, "belongs-to");
  const owner = (await readFile(note, "utf8").catch(() => dataDir)).trim();
  if (owner !== dataDir && existsSync(join(owner, "postgres.json"))) {
    throw new StartError(`the database of ${dataDir} lies in ${place}, which belongs to ${owner}: one is a copy of the other; use that one, or remove ${dataDir}/postgres.json to begin anew`);
  }
  await writeFile(note, `${dataDir}\n`);
}

/** Lets the account pass through a folder of root's, and nobody else; it can neither list nor change it. */
async function openTo({ gid }: { gid: number }, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid } = await stat(folder);
  if (uid !== 0) return;
  await chown(folder, 0, gid);
  await chmod(folder, 0o710);
}

async function reaches(account: Account, folder: string): Promise<boolean> {
  const { code } = await runCommand("/bin/sh", ["-c", 'cd "$1"', "sh", folder], { account });
  return code === 0;
}

async function takeShelter(dataDir: string, account: { uid: number; gid: number }, shelter: string): Promise<string> {
  const place = join(shelter, createHash("sha256").update(dataDir).digest("hex").slice(0, 12));
  try {
    await mkdir(shelter, { recursive: true, mode: 0o711 });
    await openTo(account, place);
  } catch (error) {
    throw new StartError(`the user that PostgreSQL runs as cannot reach DATA_DIR "${dataDir}", and ${shelter} cannot be used instead (${codeOf(error)}); set DATA_DIR to a folder that every user can reach`);
  }
  if (await reaches(account, place)) return place;
  throw new StartError(`the user that PostgreSQL runs as can reach neither DATA_DIR "${dataDir}" nor ${shelter}; set DATA_DIR to a folder that every user can reach`);
}
