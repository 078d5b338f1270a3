import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { atEnd } from "#server/testing/clean-up.ts";
import { chooseAccount } from "./account.ts";
import { choosePlace, claimPlace } from "./place.ts";

const isRoot = process.getuid?.() === 0;

/** A folder that anybody may pass through, removed at the end. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "xiaoer-place-"));
  await chmod(folder, 0o755);
  atEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function choose(dataDir: string, shelter: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return choosePlace(dataDir, await chooseAccount(join(dataDir, "postgres/cluster")), shelter);
}

test("puts the cluster into the data folder", async () => {
  const folder = await makeFolder();
  expect(await choose(join(folder, "data"), join(folder, "shelter"))).toBe(join(folder, "data/postgres"));
});

test("puts it elsewhere, as root, when the data folder lies under a closed home, whose mode stays as it was", async () => {
  const folder = await makeFolder();
  const home = join(folder, "home");
  await mkdir(home, { mode: 0o700 });
  const place = await choose(join(home, "data"), join(folder, "shelter"));
  expect(place.startsWith(isRoot ? join(folder, "shelter") : join(home, "data"))).toBe(true);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
});

test("never opens a data folder that holds other things", async () => {
  const folder = await makeFolder();
  const data = join(folder, "data");
  await mkdir(data, { mode: 0o700 });
  await writeFile(join(data, "letters.txt"), "private");
  const place = await choose(data, join(folder, "shelter"));
  expect(place.startsWith(isRoot ? join(folder, "shelter") : data)).toBe(true);
  expect((await stat(data)).mode & 0o777).toBe(0o700);
  expect(await readdir(data)).toContain("letters.txt");
});

test("refuses a path that a shell would read otherwise", async () => {
  await expect(choose(join(await makeFolder(), "a$HOME"), "/nowhere")).rejects.toThrow(/DATA_DIR is ".*"; expected a path without/);
});

test("refuses to share a place with the data folder that it was copied from", async () => {
  const folder = await makeFolder();
  const [original, copy, place] = [join(folder, "original"), join(folder, "copy"), join(folder, "shelter/one")];
  for (const path of [original, copy, place]) await mkdir(path, { recursive: true });
  await writeFile(join(original, "postgres.json"), "{}");
  await claimPlace(original, place);
  await expect(claimPlace(copy, place)).rejects.toThrow(/one is a copy of the other/);
  await rm(original, { recursive: true });
  await claimPlace(copy, place);
});
