import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#server/log.ts";
import { StartError } from "#server/start-error.ts";
import { type Cluster, movePort, openCluster } from "./cluster.ts";
import { type Outcome, runCommand } from "./command.ts";
import { freePort, lastComplaint, removeStaleLock, rotateLog } from "./postmaster.ts";
import { adminClient, probe } from "./probe.ts";
import { socketFolder, writeSettings } from "./settings.ts";

/** A PostgreSQL of our own that runs, and is kept running. */
export type Embedded = {
  /** For the server: the database `xiaoer`, as the role that owns it. */
  readonly url: string;
  /** For tests and tools: as the superuser, over TCP. */
  readonly adminUrl: string;
  /** Stops watching and then the server: fast, so whoever is connected is sent away. */
  stop(): Promise<void>;
};

/** After a crash, processes of the old server linger for some seconds and keep a new one from starting. */
const patienceMs = 15_000;
/** Recovery after a crash replays what was not yet in place; it says that it is busy meanwhile. */
const recoveryMs = 300_000;

/**
 * Starts the PostgreSQL of a data folder, made on the first start; adopts one that runs there already.
 * When it dies, it is started again, with growing pauses and without end. Throws a StartError if it cannot start.
 */
export async function startEmbedded({ dataDir, log }: { dataDir: string; log: Log }): Promise<Embedded> {
  const begun = performance.now();
  const opened = await openCluster(dataDir);
  const { cluster, adopted } = await bringUp(opened, { mayMove: true });
  await ensureDatabase(cluster);
  log.info({ folder: cluster.folder, port: cluster.note.port, ms: Math.round(performance.now() - begun) }, adopted ? "the embedded database runs already" : "the embedded database is running");
  const keeper = keepRunning(cluster, log);
  return {
    url: urlOf(cluster),
    adminUrl: `postgresql://postgres:${cluster.note.adminPassword}@127.0.0.1:${cluster.note.port}/postgres`,
    async stop() {
      await keeper.stop();
      await stopServer(cluster, log);
    },
  };
}

/** The address of a data folder's database if it runs, for tools that work beside the server; null if it does not. */
export async function findEmbedded(dataDir: string): Promise<string | null> {
  if (!existsSync(join(dataDir, "postgres.json"))) return null;
  const cluster = await openCluster(dataDir);
  return (await probe(cluster)) === "ours" ? urlOf(cluster) : null;
}

async function bringUp(before: Cluster, { mayMove }: { mayMove: boolean }): Promise<{ cluster: Cluster; adopted: boolean }> {
  let cluster = before;
  const begun = performance.now();
  const waited = () => performance.now() - begun;
  let refusal = "";
  for (let tries = 0; ; ) {
    const found = await probe(cluster);
    if (found === "ours") return { cluster, adopted: tries === 0 };
    if (found === "foreign" && mayMove) cluster = await movePort(cluster, 0);
    if (found !== "busy" && found !== "silent") {
      tries++;
      if (cluster.note.port === 0) cluster = await movePort(cluster, await freePort());
      const { code, output } = await tryStart(cluster);
      if (code === 0) continue;
      refusal = output;
    }
    if (waited() > (found === "busy" ? recoveryMs : patienceMs)) {
      const reason = found === "silent" ? "it does not answer" : (await lastComplaint(cluster)) ?? refusal;
      throw new StartError(`the embedded database does not start: ${reason} (log: ${cluster.run}/server.log)`);
    }
    await sleep(found === "busy" ? 100 : 500);
  }
}

async function tryStart(cluster: Cluster): Promise<Outcome> {
  await writeSettings(cluster);
  await removeStaleLock(cluster);
  await rotateLog(cluster);
  return runCommand(cluster.binaries.pgCtl, ["start", "--pgdata", cluster.folder, "--log", `${cluster.run}/server.log`, "--silent", "--wait", "--timeout", "60"], { account: cluster.account, limitMs: 70_000 });
}

async function ensureDatabase(cluster: Cluster): Promise<void> {
  const client = adminClient(cluster, 20_000);
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ role: boolean; database: boolean }>(
      "select exists(select from pg_roles where rolname = 'xiaoer') as role, exists(select from pg_database where datname = 'xiaoer') as database",
    );
    if (!rows[0]?.role) await client.query(`create role xiaoer login password ${client.escapeLiteral(cluster.note.password)}`);
    if (!rows[0]?.database) await client.query("create database xiaoer owner xiaoer");
  } finally {
    await client.end();
  }
}

function urlOf(cluster: Cluster): string {
  const { note } = cluster;
  const socket = socketFolder(cluster);
  const address = `postgresql://xiaoer:${note.password}@127.0.0.1:${note.port}/xiaoer`;
  return socket === null ? address : `${address}?host=${encodeURIComponent(socket)}`;
}

/** Watches through a connection, which ends the moment that the server does. */
function keepRunning(cluster: Cluster, log: Log): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const work = watch(cluster, log, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await work;
    },
  };
}

async function watch(cluster: Cluster, log: Log, stopping: AbortSignal): Promise<void> {
  let pauseMs = 250;
  while (!stopping.aborted) {
    try {
      const { adopted } = await bringUp(cluster, { mayMove: false });
      if (!adopted) log.warn("the embedded database had died and runs again");
      pauseMs = 250;
      await untilLost(cluster, stopping);
      if (!stopping.aborted) log.warn("the connection to the embedded database was lost");
    } catch (error) {
      log.error({ err: error, pauseMs }, "the embedded database is down and will be tried again");
      await sleep(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, 10_000);
    }
  }
}

async function untilLost(cluster: Cluster, stopping: AbortSignal): Promise<void> {
  const client = adminClient(cluster);
  const lost = new Promise<void>((done) => {
    client.once("end", done);
    client.once("error", () => done());
    if (stopping.aborted) done();
    stopping.addEventListener("abort", () => done(), { once: true });
  });
  client.on("error", () => undefined);
  await client.connect();
  await lost;
  client.end().catch(() => undefined);
}

async function stopServer(cluster: Cluster, log: Log): Promise<void> {
  for (const mode of ["fast", "immediate"]) {
    const { code, output } = await runCommand(cluster.binaries.pgCtl, ["stop", "--pgdata", cluster.folder, "--mode", mode, "--silent", "--wait", "--timeout", "15"], { account: cluster.account, limitMs: 20_000 });
    if (code === 0 || /no server running|PID file .* does not exist/i.test(output)) return;
    log.warn({ mode, output }, "the embedded database did not stop");
  }
}

