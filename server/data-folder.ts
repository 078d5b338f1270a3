import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, StartError } from "./start-error.ts";

/** Makes the data folder, closed to others, and makes sure that it can be written. */
export async function makeDataFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dirname(dataDir), { recursive: true });
    await mkdir(dataDir, { mode: 0o700 }).catch(ignoring("EEXIST"));
    await close(dataDir);
    const trial = join(dataDir, `trial.${process.pid}`);
    await writeFile(trial, "");
    await rm(trial, { force: true });
  } catch (error) {
    throw new StartError(`DATA_DIR is "${dataDir}", which cannot be written (${codeOf(error)}); expected a folder that this user may write to`);
  }
}

/** Whether a folder holds nothing but what the server keeps in its data folder, so that its mode is ours to set. */
export async function holdsOnlyOurs(dataDir: string): Promise<boolean> {
  const own = ["lock", "postgres", "postgres.json", "secrets", "files"];
  return (await readdir(dataDir)).every((entry) => own.includes(entry) || /\.\d+$/.test(entry));
}

/**
 * Makes sure that nobody else works on this data folder, until the answered function is called. The lock names a
 * process and when it began, so that one left behind by a crash holds nobody up, whoever has that number now.
 */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  const file = join(dataDir, "lock");
  const mine = `${process.pid} ${await birthOf(process.pid)}\n`;
  for (let tries = 0; tries < 20; tries++) {
    if (await take(file, mine)) return () => release(file, mine);
    const [holder, ...birth] = (await contentOf(file)).trim().split(" ");
    const pid = Number(holder);
    if (pid > 0 && (await birthOf(pid)) === birth.join(" ")) {
      throw new StartError(`Xiaoer runs already on DATA_DIR "${dataDir}" (process ${pid}); stop that one, or give this one another DATA_DIR`);
    }
    // Replaced in one step; of two that do so at once, the one whose line stays has it.
    await writeFile(`${file}.${process.pid}`, mine, { mode: 0o600 });
    await rename(`${file}.${process.pid}`, file);
    await sleep(100);
    if ((await contentOf(file)) === mine) return () => release(file, mine);
  }
  throw new StartError(`DATA_DIR "${dataDir}" is locked by ${file}; remove that file if no other Xiaoer runs`);
}

async function take(file: string, mine: string): Promise<boolean> {
  try {
    await writeFile(file, mine, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function release(file: string, mine: string): Promise<void> {
  if ((await contentOf(file)) === mine) await rm(file, { force: true });
}

async function contentOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

/** Answers what tells a process from an earlier or later one of the same number; empty if there is none. */
async function birthOf(pid: number): Promise<string> {
  if (process.platform !== "linux") return isAlive(pid) ? "alive" : "";
  try {
    const [boot, stat] = await Promise.all([readFile("/proc/sys/kernel/random/boot_id", "utf8"), readFile(`/proc/${pid}/stat`, "utf8")]);
    // The name of the program may hold spaces and stands in brackets; what follows begins with field 3.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "" : `${boot.trim()} ${fields[19]}`;
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Takes from others what they could do in a folder of ours. For root, PostgreSQL's group may keep passing through. */
async function close(dataDir: string): Promise<void> {
  const { mode, uid } = await stat(dataDir);
  const kept = uid === 0 ? 0o710 : 0o700;
  const isOpen = (mode & 0o777 & ~kept) !== 0;
  if (isOpen && uid === process.getuid?.() && (await holdsOnlyOurs(dataDir))) await chmod(dataDir, mode & kept);
}

function ignoring(code: string): (error: unknown) => void {
  return (error) => {
    if (codeOf(error) !== code) throw error;
  };
}
