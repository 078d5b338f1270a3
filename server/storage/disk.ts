import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DomainError } from "#server/errors.ts";
import type { Log } from "#server/log.ts";
import type { FileEntry, FileStore } from "./index.ts";
import { assertKey, isKey } from "./keys.ts";
import { callStore } from "./time-limit.ts";

type DiskOptions = {
  readonly root: string;
  readonly log: Log;
  /** The part of the disk in use from which on nothing more is stored: what is left is the database's. */
  readonly fullAt?: number;
};

/** How long what a crash left half written may lie around. */
const leftoverMs = 3_600_000;

/** A store in a folder: two levels of folders, files of mode 0600, each either whole or absent. */
export async function openDisk({ root, log, fullAt = 0.9 }: DiskOptions): Promise<FileStore> {
  const unfinished = join(root, "unfinished");
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await removeLeftovers(unfinished);

  // The end of a UUIDv7 is random; its beginning is the time, which would fill one folder after the other.
  const folderOf = (key: string): string => join(root, key.slice(32, 34), key.slice(34, 36));
  const pathOf = (key: string): string => join(folderOf(key), key);

  return {
    async put(key, bytes) {
      assertKey(key);
      await callStore({ log, what: "write a file", async work() {
        await assertRoom(root, fullAt);
        const draft = join(unfinished, `${key}.${randomUUID()}`);
        try {
          await writeDurably(draft, bytes);
          await makeFolder(folderOf(key));
          await rename(draft, pathOf(key));
          await syncFolder(folderOf(key));
        } catch (error) {
          await rm(draft, { force: true }).catch(() => {});
          throw error;
        }
      } });
    },

    async open(key) {
      assertKey(key);
      return callStore({ log, what: "open a file", async work() {
        const handle = await unlessAbsent(open(pathOf(key), "r"));
        if (handle === null) return null;
        const { size } = await handle.stat();
        return { stream: handle.createReadStream(), bytes: size };
      } });
    },

    async remove(keys) {
      for (const key of keys) assertKey(key);
      await callStore({ log, what: "remove files", async work() {
        await Promise.all(keys.map((key) => rm(pathOf(key), { force: true })));
      } });
    },

    async *list() {
      const within = <T>(work: () => Promise<T>): Promise<T> => callStore({ log, what: "list the files", work });
      for (const first of await within(() => foldersIn(root))) {
        for (const second of await within(() => foldersIn(join(root, first)))) {
          yield* await within(() => entriesIn(join(root, first, second)));
        }
      }
    },
  };
}

async function assertRoom(root: string, fullAt: number): Promise<void> {
  const { blocks, bavail } = await statfs(root);
  if (blocks > 0 && 1 - bavail / blocks >= fullAt) {
    throw new DomainError("unavailable", "The server's disk is nearly full: it takes no pictures at the moment.", { retryAfterMs: 60_000 });
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new folder is only there after a power cut when its parent was synced too. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => /^[0-9a-f]{2}$/u.test(name));
}

async function entriesIn(folder: string): Promise<FileEntry[]> {
  const keys = (await readdir(folder)).filter(isKey);
  const entries = await Promise.all(keys.map(async (key) => {
    const found = await unlessAbsent(stat(join(folder, key)));
    return found === null ? [] : { key, storedAt: found.mtime };
  }));
  return entries.flat();
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await unlessAbsent(stat(path));
    if (found !== null && Date.now() - found.mtimeMs > leftoverMs) await rm(path, { force: true });
  }
}

async function unlessAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
