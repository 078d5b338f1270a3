import { readFile, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Cluster } from "./cluster.ts";

/** A log larger than this begins anew at the next start; one former log is kept. */
const longestLog = 8_000_000;

/**
 * Removes a postmaster.pid that names a process which is not our server: after a crash of the machine or in a new
 * container, another program may have that number, and PostgreSQL would then refuse to start.
 */
export async function removeStaleLock({ folder }: Cluster): Promise<void> {
  const file = join(folder, "postmaster.pid");
  const content = await readFile(file, "utf8").catch(() => null);
  if (content === null) return;
  const pid = Number(content.split("\n", 1)[0]);
  // Only Linux tells what a process is; elsewhere PostgreSQL's own judgement stands.
  if (process.platform !== "linux" || (Number.isInteger(pid) && (await runsIn(pid, folder)))) return;
  await rm(file, { force: true });
}

/** A server works in its data folder, and so do all of its processes. A dead one that nobody waited for has none. */
async function runsIn(pid: number, folder: string): Promise<boolean> {
  try {
    const [works, own] = await Promise.all([readlink(`/proc/${pid}/cwd`), realpath(folder)]);
    return works === own;
  } catch {
    return false;
  }
}

/** Answers a port of 127.0.0.1 that nobody listens at. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Keeps the log from growing without end. */
export async function rotateLog({ run }: Cluster): Promise<void> {
  const log = join(run, "server.log");
  const { size } = await stat(log).catch(() => ({ size: 0 }));
  if (size > longestLog) await rename(log, `${log}.1`);
}

/** Answers the last fatal line of the log, or null. */
export async function lastComplaint({ run }: Cluster): Promise<string | null> {
  const log = await readFile(join(run, "server.log"), "utf8").catch(() => "");
  const lines = log.split("\n").filter((line) => /(FATAL|PANIC):/.test(line));
  return lines.at(-1)?.replace(/^.*?(FATAL|PANIC):\s*/, "") ?? null;
}
