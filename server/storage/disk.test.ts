import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createId } from "#server/ids.ts";
import { createLog } from "#server/log.ts";
import { openDisk } from "./disk.ts";
import type { FileStore } from "./index.ts";

const log = createLog({ level: "silent", pretty: false });
let root: string;
let store: FileStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "xiaoer-files-"));
  store = await openDisk({ root, log });
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** The content of a file, or null. */
async function read(key: string): Promise<string | null> {
  const file = await store.open(key);
  return file === null ? null : (await buffer(file.stream)).toString();
}

async function keysOf(files: FileStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of files.list()) keys.push(key);
  return keys.toSorted();
}

describe("a store on disk", () => {
  it("gives back what was put, with its size", async () => {
    const key = createId();
    await store.put(key, Buffer.from("first"), "image/webp");
    await store.put(key, Buffer.from("second"), "image/webp");
    expect(await read(key)).toBe("second");
    const file = await store.open(key);
    expect(file?.bytes).toBe(6);
    file?.stream.destroy();
  });

  it("answers null for what is not there", async () => {
    expect(await store.open(createId())).toBeNull();
  });

  it("keeps files for its own user alone, two folders deep", async () => {
    const key = createId();
    await store.put(key, Buffer.from("x"), "image/webp");
    const file = await stat(join(root, key.slice(32, 34), key.slice(34, 36), key));
    expect(file.mode & 0o777).toBe(0o600);
    expect((await stat(join(root, key.slice(32, 34)))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(root, "unfinished"))).toEqual([]);
  });

  it("removes files, and does not mind those that are gone", async () => {
    const [kept, removed, absent] = [createId(), createId(), createId()];
    await store.put(kept, Buffer.from("a"), "image/webp");
    await store.put(removed, Buffer.from("b"), "image/webp");
    await store.remove([removed, absent]);
    expect(await read(kept)).toBe("a");
    expect(await read(removed)).toBeNull();
  });

  it("lists every file with its age, and nothing that is half written", async () => {
    const keys = [createId(), `${createId()}-thumb`].toSorted();
    for (const key of keys) await store.put(key, Buffer.from("a"), "image/webp");
    await writeFile(join(root, "unfinished", `${createId()}.part`), "half");
    const before = Date.now();
    expect(await keysOf(store)).toEqual(keys);
    for await (const { storedAt } of store.list()) expect(Math.abs(before - storedAt.getTime())).toBeLessThan(10_000);
  });

  it.each(["../../etc/passwd", "..", "", "a/b", `${createId()}/x`, `${createId()}\0`, createId().toUpperCase(), "CON"])("S63: refuses the key %j", async (key) => {
    await expect(store.put(key, Buffer.from("x"), "image/webp")).rejects.toThrow(RangeError);
    await expect(store.open(key)).rejects.toThrow(RangeError);
    await expect(store.remove([key])).rejects.toThrow(RangeError);
  });

  it("refuses to write on a disk that is nearly full, but reads and removes", async () => {
    const key = createId();
    await store.put(key, Buffer.from("a"), "image/webp");
    const full = await openDisk({ root, log, fullAt: 0 });
    await expect(full.put(createId(), Buffer.from("x"), "image/webp")).rejects.toMatchObject({ code: "unavailable", retryAfterMs: 60_000 });
    expect(await read(key)).toBe("a");
    await full.remove([key]);
    expect(await keysOf(full)).toEqual([]);
  });

  it("answers unavailable when its folder has gone", async () => {
    await rm(root, { recursive: true });
    await expect(store.put(createId(), Buffer.from("x"), "image/webp")).rejects.toMatchObject({ code: "unavailable" });
    await expect(keysOf(store)).rejects.toMatchObject({ code: "unavailable" });
    expect(await store.open(createId())).toBeNull();
  });

  it("leaves nothing behind when a file cannot be put in its place", async () => {
    const key = createId();
    await writeFile(join(root, key.slice(32, 34)), "a file where the folder should be");
    await expect(store.put(key, Buffer.from("x"), "image/webp")).rejects.toMatchObject({ code: "unavailable" });
    expect(await readdir(join(root, "unfinished"))).toEqual([]);
  });

  it("clears away what a crash left half written, once it is old", async () => {
    const [old, fresh] = [join(root, "unfinished", "old"), join(root, "unfinished", "fresh")];
    await writeFile(old, "half");
    await writeFile(fresh, "half");
    await utimes(old, new Date(0), new Date(0));
    await openDisk({ root, log });
    expect(await readdir(join(root, "unfinished"))).toEqual(["fresh"]);
    expect(await readFile(fresh, "utf8")).toBe("half");
  });
});
