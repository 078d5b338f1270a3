import { randomBytes } from "node:crypto";
import { chmod, copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { openProxy, type Proxy } from "#faults/proxy.ts";
import { redisFraming } from "#faults/redis-framing.ts";
import { installationRoot } from "#server/installation.ts";

import { type Nginx, openNginx } from "./nginx.ts";
import { makeNode, type NodeCommand, type StageNode } from "./nodes.ts";
import { openPostgres, type Postgres } from "./postgres.ts";
import { killPrograms } from "./processes.ts";
import { openRedis, type Redis } from "./redis.ts";
import { stablePort } from "./ports.ts";

/** PostgreSQL, Redis, nginx and three nodes on loopback, and a line of its own for each client. */
export type Stage = {
  readonly folder: string;
  readonly postgres: Postgres;
  readonly redis: Redis;
  readonly nginx: Nginx;
  readonly nodes: readonly StageNode[];
  /** From clients to nginx, each from an address of its own, so that nginx spreads them over the nodes. */
  readonly lines: readonly Proxy[];
  /** From each node to Redis; they know where published messages end. Used when so arranged. */
  readonly redisLines: readonly (Proxy & { fate: Fates })[];
  /** What all nodes are started with. */
  readonly settings: Readonly<Record<string, string>>;
  /** How nodes run from now on; those that ran differently are started again. */
  arrange(arrangement: Arrangement): Promise<void>;
  /** Everything runs and every line is good. */
  heal(): Promise<void>;
  close(): Promise<void>;
};

/** Decides what becomes of each published message. */
export type Fates = { decide: () => readonly number[] };

export type Arrangement = {
  /** Whether nodes reach Redis over a line that can be hurt. */
  readonly redis?: "direct" | "lines" | "none";
  /** More settings for the nodes. */
  readonly env?: Readonly<Record<string, string>>;
  /** How the first node runs, if otherwise than the product does. */
  readonly first?: Partial<NodeCommand>;
};

export const admin = { email: "owner@example.test", password: "correct horse battery staple" } as const;
const lineCount = 130;
const closeMs = 20_000;
/** Addresses of the workload; limits leave them alone. The rest of loopback is limited as strangers are. */
const exempt = "127.0.0.0/15,10.213.0.0/30";
/** Where clients in another network namespace find nginx. */
export const namespaceHost = "10.213.0.1";

/** Starts the stage in a new folder below the system's temporary one; `disk` puts the database elsewhere. */
export async function openStage({ disk }: { disk?: string } = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "xf-"));
  await chmod(folder, 0o755);
  const closing: (() => Promise<void>)[] = [];
  try {
    return await build(folder, { closing, disk: disk ?? folder });
  } catch (error) {
    killPrograms();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function build(folder: string, { closing, disk }: { closing: (() => Promise<void>)[]; disk: string }): Promise<Stage> {
  await mkdir(join(folder, "data"));
  const postgres = await openPostgres(disk);
  closing.push(() => postgres.stop("immediate"));
  const redis = await openRedis(folder);
  closing.push(() => redis.kill());
  const nodes: StageNode[] = [];
  for (const name of ["node-1", "node-2", "node-3"]) nodes.push(makeNode(folder, { name, port: await stablePort() }));
  closing.push(async () => void (await Promise.all(nodes.map((node) => node.kill()))));
  const nginx = await openNginx(folder, { nodes: nodes.map(({ port }) => port) });
  closing.push(() => nginx.end());
  const lines: Proxy[] = [];
  for (let n = 0; n < lineCount; n += 1) lines.push(await openProxy({ to: { port: nginx.port }, localAddress: `127.1.${String(n)}.1` }));
  const redisLines = await Promise.all(nodes.map(async () => {
    const fate: Fates = { decide: () => [0] };
    return Object.assign(await openProxy({ to: { port: redis.port }, framing: redisFraming(() => fate.decide()) }), { fate });
  }));
  closing.push(async () => void (await Promise.all([...lines, ...redisLines].map((line) => line.close()))));

  const settings = {
    DATA_DIR: join(folder, "data"),
    DATABASE_URL: postgres.url,
    AUTH_SECRET: randomBytes(32).toString("base64"),
    SITE_SECRET: randomBytes(32).toString("base64"),
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    PUBLIC_URL: nginx.url,
    HOST: "127.0.0.1",
    ALLOWED_ORIGINS: [...nodes, ...lines].map(({ url }) => url).concat(`http://${namespaceHost}:${String(nginx.port)}`).join(","),
    TRUST_PROXY: "127.0.0.1/32",
    RATE_LIMIT_EXEMPT: exempt,
  };
  const arranged = { as: "" };

  async function arrange(arrangement: Arrangement): Promise<void> {
    const wanted = JSON.stringify(arrangement);
    if (wanted === arranged.as) return;
    await Promise.all(nodes.map((node) => node.kill()));
    for (const [n, node] of nodes.entries()) {
      const { redis: way = "direct", env = {}, first = {} } = arrangement;
      const port = way === "lines" ? redisLines[n]?.port : redis.port;
      const bus: Record<string, string> = way === "none" ? {} : { REDIS_URL: `redis://127.0.0.1:${String(port)}` };
      node.arrange({ ...(n === 0 ? first : {}), env: { ...settings, ...bus, ...env, ...(n === 0 ? first.env : {}) } });
    }
    arranged.as = wanted;
    // One alone first: it makes the tables and the first admin.
    for (const node of nodes) await node.start();
  }

  return {
    folder, postgres, redis, nginx, nodes, lines, redisLines, settings, arrange,
    async heal() {
      for (const line of [...lines, ...redisLines]) line.heal();
      for (const { fate } of redisLines) fate.decide = () => [0];
      postgres.resume();
      redis.resume();
      await Promise.all([postgres.start(), redis.start(), nginx.start()]);
      for (const node of nodes) node.signal("SIGCONT");
      await Promise.all(nodes.map((node) => node.start()));
    },
    async close() {
      // What was found must not be lost because something does not close: this process ends soon, and takes all along.
      for (const step of closing.splice(0).toReversed()) await Promise.race([step(), sleep(closeMs, undefined, { ref: false })]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Copies what the nodes and servers printed to where it outlives the stage; answers the folder. */
export async function keepLogs({ folder, nodes }: Stage, name: string): Promise<string> {
  const place = join(installationRoot(), "test-results", "faults", name);
  await mkdir(place, { recursive: true });
  for (const file of [...nodes.map(({ logFile }) => logFile), join(folder, "postgres.log"), join(folder, "redis.log"), join(folder, "nginx.log")]) {
    await copyFile(file, join(place, basename(file))).catch(() => undefined);
  }
  return place;
}
