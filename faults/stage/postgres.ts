import { chmod } from "node:fs/promises";
import { join } from "node:path";

import pg from "pg";

import { postgresPids } from "#bench/cpu.ts";
import { type Cluster, movePort, openCluster } from "#server/database/cluster.ts";
import { removeStaleLock } from "#server/database/postmaster.ts";
import { probe } from "#server/database/probe.ts";

import { type Program, signalProcess, startProgram, until } from "./processes.ts";
import { stablePort } from "./ports.ts";

/** A PostgreSQL of our own binaries that may be hurt. It is started again only by `start`. */
export type Postgres = {
  /** For nodes: the database `xiaoer`. */
  readonly url: string;
  readonly cluster: Cluster;
  /** All of its processes. */
  pids(): number[];
  start(): Promise<void>;
  stop(how: "fast" | "immediate" | "kill"): Promise<void>;
  /** Everything of it stands still, connections stay open. */
  pause(): void;
  resume(): void;
  /** As the superuser, over a connection of its own. */
  ask<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
};

const signals = { fast: "SIGINT", immediate: "SIGQUIT", kill: "SIGKILL" } as const;

/** Makes a cluster in the folder, which must be reachable by PostgreSQL's own user, and starts it. */
export async function openPostgres(folder: string): Promise<Postgres> {
  const data = join(folder, "database");
  const opened = await openCluster(data);
  await chmod(data, 0o755);
  const cluster = await movePort(opened, await stablePort());
  const { note, account, binaries } = cluster;
  const server: { program: Program | null } = { program: null };
  const address = (database: string, user: string, password: string): string => `postgresql://${user}:${password}@127.0.0.1:${String(note.port)}/${database}`;

  async function ask<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return query<Row>(address("xiaoer", "postgres", note.adminPassword), text, values);
  }

  async function start(): Promise<void> {
    await until("PostgreSQL starts", async () => {
      if ((await probe(cluster)) === "ours") return true;
      if (server.program?.running === true) return false;
      await removeStaleLock(cluster);
      // Processes of one that was killed keep a new one from starting for a moment: it is tried again.
      server.program = startProgram(binaries.postgres, ["-D", cluster.folder], {
        cwd: "/", env: { NODE_ENV: "production", PATH: "/usr/bin:/bin", LC_ALL: "C" }, logFile: join(folder, "postgres.log"),
        ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
      });
      return false;
    }, 60_000);
  }

  await start();
  const master = address("postgres", "postgres", note.adminPassword);
  await query(master, `create role xiaoer login password '${note.password}'`, []);
  await query(master, "create database xiaoer owner xiaoer", []);

  return {
    url: address("xiaoer", "xiaoer", note.password),
    cluster,
    pids: () => postgresPids(cluster.folder),
    start,
    async stop(how) {
      await server.program?.end(signals[how], 20_000);
      server.program = null;
    },
    pause() {
      for (const pid of postgresPids(cluster.folder).toSorted((one) => (one === server.program?.pid ? -1 : 1))) signalProcess(pid, "SIGSTOP");
    },
    resume() {
      for (const pid of postgresPids(cluster.folder)) signalProcess(pid, "SIGCONT");
    },
    ask,
  };
}

async function query<Row extends pg.QueryResultRow>(connectionString: string, text: string, values: readonly unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, query_timeout: 60_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
