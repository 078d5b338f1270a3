import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { loadSecrets } from "#server/auth/secrets.ts";
import { type Bus, openBus } from "#server/bus.ts";
import { parseConfig } from "#server/config.ts";
import { openDatabase } from "#server/database/client.ts";
import { createId } from "#server/ids.ts";
import { createLog } from "#server/log.ts";
import { createMetrics } from "#server/metrics.ts";
import type { Platform } from "#server/platform.ts";
import { openPort, type RunningNode, startNode } from "#server/start-node.ts";
import { openStorage } from "#server/storage/index.ts";

import { atEnd } from "./clean-up.ts";
import { createTestDatabase } from "./database.ts";

export type TestNode = RunningNode & { readonly url: string };

type Environment = Readonly<Record<string, string>>;

/** Starts a whole node, without pages, on a free port with a database and a folder of its own; it stops after the file's last test. */
export async function startTestNode(env: Environment = {}): Promise<TestNode> {
  return startTestNodeOn({ ...await makeTestSettings(), ...env });
}

/** The settings of a node on a database and a folder that were made for it; several nodes may share them. */
export async function makeTestSettings(): Promise<Environment> {
  const dataDir = await mkdtemp(join(tmpdir(), "xiaoer-node-"));
  atEnd(() => rm(dataDir, { recursive: true, force: true }));
  const database = await createTestDatabase();
  return { PORT: "0", DATA_DIR: dataDir, DATABASE_URL: database.url, LOG_LEVEL: "silent", RATE_LIMIT_EXEMPT: "127.0.0.1/32,::1/128" };
}

/** Starts a node with these settings; `hold` may put something between it and its bus, `more` is added to its platform. */
export async function startTestNodeOn(env: Environment, hold: (bus: Bus) => Bus = (bus) => bus, more: Pick<Platform, "mayCall"> = {}): Promise<TestNode> {
  const config = parseConfig(env);
  const log = createLog({ level: config.logLevel, pretty: false });
  const database = openDatabase({ url: config.databaseUrl ?? "", log });
  atEnd(() => database.close());
  const ground = { id: createId(), config, log, metrics: createMetrics(), secrets: await loadSecrets(config) };
  const platform = { ...ground, database, bus: hold(await openBus(ground)), storage: await openStorage(config, log), ...more };
  const running = await startNode(await openPort(config), platform, null);
  // In a hurry: nobody is sent elsewhere.
  atEnd(() => running.stop(AbortSignal.abort()));
  return { ...running, url: `http://127.0.0.1:${running.port}` };
}
