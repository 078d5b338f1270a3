import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod/mini";
import { codeOf, StartError } from "#server/start-error.ts";
import { chooseAccount } from "./account.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { type Account, runCommand } from "./command.ts";
import { choosePlace, claimPlace, reopenPlace } from "./place.ts";
import { replaceFile } from "./replace-file.ts";
import { includeSettings, writeSettings } from "./settings.ts";

/** The embedded PostgreSQL on disk: where it lies, who runs it, and how to connect to it. */
export type Cluster = {
  readonly dataDir: string;
  /** Holds everything of the cluster. */
  readonly place: string;
  /** PostgreSQL's own data folder, in `place`. */
  readonly folder: string;
  /** Holds the log, and the socket if the path is short enough for one. */
  readonly run: string;
  readonly account: Account;
  readonly binaries: Binaries;
  readonly note: Note;
};

const noteSchema = z.object({
  /** Relative to the data folder, so that it may be moved. */
  place: z.string(),
  port: z.number(),
  adminPassword: z.string(),
  password: z.string(),
});
type Note = z.infer<typeof noteSchema>;

/** Opens the cluster of a data folder, and makes it on the first start. */
export async function openCluster(dataDir: string): Promise<Cluster> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const known = await readNote(dataDir);
  const expected = resolve(dataDir, known?.place ?? "postgres");
  const account = await chooseAccount(join(expected, "cluster"));
  const hasCluster = existsSync(join(expected, "cluster", "PG_VERSION"));
  if (hasCluster && known === null) {
    throw new StartError(`${noteFile(dataDir)} is missing, which holds the passwords of the database in ${expected}; put it back`);
  }
  if (!hasCluster && known !== null && known.port !== 0) {
    throw new StartError(`the database of ${dataDir} is gone from ${expected}; put it back, or remove ${noteFile(dataDir)} to begin with an empty one`);
  }
  const place = hasCluster ? expected : await choosePlace(dataDir, account);
  await claimPlace(dataDir, place);
  if (hasCluster) await reopenPlace(dataDir, place, account);
  const binaries = await findBinaries(place, account);
  const note = known === null ? newNote(place) : { ...known, place };
  // On disk before initdb uses the passwords.
  if (!hasCluster) await writeNote(dataDir, note);
  const cluster = { dataDir, place, folder: join(place, "cluster"), run: join(place, "run"), account, binaries, note };
  await giveTo(account, cluster.run);
  if (!hasCluster) await initialise(cluster);
  await refuseOtherVersion(cluster);
  return cluster;
}

/** Lets the cluster listen at another port from its next start on. */
export async function movePort(cluster: Cluster, port: number): Promise<Cluster> {
  const moved = { ...cluster, note: { ...cluster.note, port } };
  await writeNote(cluster.dataDir, moved.note);
  await writeSettings(moved);
  return moved;
}

async function initialise(cluster: Cluster): Promise<void> {
  const { place, account } = cluster;
  // Made aside and renamed: a start that was interrupted leaves no half-made cluster under the real name.
  for (const entry of await readdir(place)) {
    if (entry.startsWith("unfinished-")) await rm(join(place, entry), { recursive: true, force: true });
  }
  const unfinished = join(place, `unfinished-${process.pid}`);
  await giveTo(account, unfinished);
  const passwordFile = join(cluster.run, `password-${process.pid}`);
  await writeFile(passwordFile, cluster.note.adminPassword, { mode: 0o600 });
  if (account !== null) await chown(passwordFile, account.uid, account.gid);
  const { code, output } = await runCommand(cluster.binaries.initdb, [
    "--pgdata", unfinished, "--username", "postgres", "--pwfile", passwordFile, "--auth", "scram-sha-256",
    "--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
  ], { account });
  await rm(passwordFile, { force: true });
  if (code !== 0) {
    const reason = /(error|fatal): .*/i.exec(output)?.[0] ?? output.slice(-300);
    await rm(unfinished, { recursive: true, force: true });
    throw new StartError(`the embedded database could not be made in ${place}: ${reason}`);
  }
  await includeSettings(unfinished, account);
  await rename(unfinished, cluster.folder);
}

async function refuseOtherVersion({ folder, binaries }: Cluster): Promise<void> {
  const [made, { output }] = await Promise.all([readFile(join(folder, "PG_VERSION"), "utf8"), runCommand(binaries.postgres, ["--version"])]);
  const installed = /\b(\d+)\.\d+/.exec(output)?.[1];
  if (installed === undefined || made.trim() === installed) return;
  throw new StartError(`the database in ${folder} was made by PostgreSQL ${made.trim()}, and ${installed} is installed; move its content with pg_dump, or install the former version of Xiaoer`);
}

async function giveTo(account: Account, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (account === null) return;
  await chown(folder, account.uid, account.gid);
  await chmod(folder, 0o700);
}

function newNote(place: string): Note {
  return { place, port: 0, adminPassword: randomBytes(24).toString("hex"), password: randomBytes(24).toString("hex") };
}

function noteFile(dataDir: string): string {
  return join(dataDir, "postgres.json");
}

async function readNote(dataDir: string): Promise<Note | null> {
  try {
    return noteSchema.parse(JSON.parse(await readFile(noteFile(dataDir), "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw new StartError(`${noteFile(dataDir)} cannot be read (${codeOf(error) ?? "it is damaged"}); it holds the passwords of the embedded database`);
  }
}

async function writeNote(dataDir: string, note: Note): Promise<void> {
  const relative = note.place.startsWith(`${dataDir}/`) ? note.place.slice(dataDir.length + 1) : note.place;
  await replaceFile(noteFile(dataDir), `${JSON.stringify({ ...note, place: relative }, null, 2)}\n`, 0o600);
}
