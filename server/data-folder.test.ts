import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockDataFolder, makeDataFolder } from "./data-folder.ts";
import { atEnd } from "./testing/clean-up.ts";

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "xiaoer-data-"));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("makes the folder and its parents, closed to others", async () => {
  const dataDir = join(await makeFolder(), "a/b/data");
  await makeDataFolder(dataDir);
  await makeDataFolder(dataDir);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  expect(await readdir(dataDir)).toEqual([]);
});

test("closes an empty folder that was made for it, and leaves one with other things as it is", async () => {
  const folder = await makeFolder();
  const [empty, shared] = [join(folder, "empty"), join(folder, "shared")];
  for (const path of [empty, shared]) await mkdir(path, { mode: 0o755 });
  await writeFile(join(shared, "letters.txt"), "");
  for (const path of [empty, shared]) await makeDataFolder(path);
  expect((await stat(empty)).mode & 0o007).toBe(0);
  expect((await stat(shared)).mode & 0o777).toBe(0o755);
});

test("says in one line that a folder cannot be written", async () => {
  const file = join(await makeFolder(), "file");
  await writeFile(file, "");
  await expect(makeDataFolder(join(file, "data"))).rejects.toThrow(/^DATA_DIR is ".*\/file\/data", which cannot be written \(E[A-Z]+\); expected a folder/);
});

test("lets one process work on it at a time", async () => {
  const dataDir = await makeFolder();
  const unlock = await lockDataFolder(dataDir);
  await expect(lockDataFolder(dataDir)).rejects.toThrow(`Xiaoer runs already on DATA_DIR "${dataDir}" (process ${process.pid})`);
  await unlock();
  await (await lockDataFolder(dataDir))();
  expect(await readdir(dataDir)).toEqual([]);
});

test("gives way to one of many that come at once", async () => {
  const dataDir = await makeFolder();
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataFolder(dataDir)));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test.each([
  ["a process that is gone", "4194304 boot 1"],
  ["a process whose number another one has now", `${process.pid} former-boot 12`],
  ["nobody, after a crash while it was written", ""],
])("takes over a lock left by %s", async (_whose, content) => {
  const dataDir = await makeFolder();
  await writeFile(join(dataDir, "lock"), content);
  const unlock = await lockDataFolder(dataDir);
  expect(await readFile(join(dataDir, "lock"), "utf8")).toMatch(new RegExp(`^${process.pid} `));
  await unlock();
});
