import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { parseConfig } from "#server/config.ts";
import { createLog } from "#server/log.ts";
import { atEnd } from "#server/testing/clean-up.ts";
import { prepare } from "./prepare.ts";

const log = createLog({ level: "silent", pretty: false });

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "xiaoer-prepare-"));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("ends with a migrated database of its own, and gives everything back", async () => {
  const config = parseConfig({ DATA_DIR: await makeFolder() });
  const prepared = await prepare(config, log);
  expect(await prepared.database.prisma.user.count()).toBe(0);
  await expect(prepare(config, log)).rejects.toThrow(/runs already on DATA_DIR/);
  await prepared.close();
  const again = await prepare(config, log);
  expect(await again.database.prisma.user.count()).toBe(0);
  await again.close();
});

test("uses the database of DATABASE_URL, and then lets several nodes share a data folder", async () => {
  const config = parseConfig({ DATA_DIR: await makeFolder(), DATABASE_URL: inject("cluster").url });
  const nodes = await Promise.all([prepare(config, log), prepare(config, log)]);
  expect(nodes[0]?.databaseUrl).toBe(inject("cluster").url);
  for (const { database, close } of nodes) {
    await database.prisma.user.count();
    await close();
  }
  expect(await readdir(config.dataDir)).toEqual([]);
});

test("leaves nothing behind when it fails", async () => {
  const config = parseConfig({ DATA_DIR: await makeFolder(), DATABASE_URL: "postgresql://nobody:nothing@127.0.0.1:1/none" });
  await expect(prepare(config, log)).rejects.toThrow(/^DATABASE_URL points to 127.0.0.1:1\/none, which cannot be reached \(ECONNREFUSED\)/);
  expect(await readdir(config.dataDir)).toEqual([]);
});
