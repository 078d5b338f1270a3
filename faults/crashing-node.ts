import { setImmediate } from "node:timers";

import pg from "pg";

import { ensureFirstAdmin } from "#server/auth/first-admin.ts";
import { loadSecrets } from "#server/auth/secrets.ts";
import { type Bus, openBus } from "#server/bus.ts";
import { deliveryTopic } from "#server/chat/delivery.ts";
import { prepare } from "#server/database/prepare.ts";
import { createId } from "#server/ids.ts";
import { live } from "#server/life.ts";
import { createMetrics } from "#server/metrics.ts";
import { openPort, startNode } from "#server/start-node.ts";
import { openStorage } from "#server/storage/index.ts";

import { type CrashPoint, crashPoints } from "./crash-points.ts";

/*
 * The server of server/index.ts, without pages, that kills itself with SIGKILL at a named point of its n-th batch of
 * messages: node scripts/run.mjs faults/crashing-node.ts <point> <n>. Only the faults start it.
 */
const point = crashPoints.find((one) => one === process.argv[2]);
let batchesLeft = Number(process.argv[3] ?? 0);

function crashAt(here: CrashPoint): void {
  if (here === point && batchesLeft <= 0) process.kill(process.pid, "SIGKILL");
}

/* A batch is the one statement that stores messages. */
function isBatch(query: unknown): boolean {
  const text = typeof query === "string" ? query : typeof query === "object" && query !== null ? Reflect.get(query, "text") : "";
  return typeof text === "string" && /insert into "Message"/iu.test(text);
}

/* Between a node and its connections to the database. */
const ask = pg.Client.prototype.query;
Reflect.set(pg.Client.prototype, "query", function query(this: pg.Client, ...args: unknown[]): unknown {
  if (!isBatch(args[0])) return Reflect.apply(ask, this, args);
  batchesLeft -= 1;
  crashAt("before_commit");
  const answer: unknown = Reflect.apply(ask, this, args);
  // It is on its way: whether it was committed nobody knows.
  if (point === "in_batch") setImmediate(() => crashAt("in_batch"));
  return answer instanceof Promise
    ? answer.then((result: unknown) => {
      crashAt("after_commit");
      return result;
    })
    : answer;
});

/* Between a node and the others: its own people have been told by then. */
function crashOnPublish(bus: Bus): Bus {
  return {
    ...bus,
    publish(topic, payload) {
      if (topic === deliveryTopic) crashAt("before_publish");
      bus.publish(topic, payload);
      if (topic === deliveryTopic) crashAt("before_ack");
    },
  };
}

await live(async (life) => {
  const { config, log } = life;
  const server = await openPort(config);
  const prepared = await prepare(config, log);
  life.atEnd("database", () => prepared.close());
  const secrets = await loadSecrets(config);
  const ground = { id: createId(), config, log, metrics: createMetrics(), secrets };
  const bus = crashOnPublish(await openBus(ground));
  const platform = { ...ground, database: prepared.database, bus, storage: await openStorage(config, log) };
  await ensureFirstAdmin(platform);
  const running = await startNode(server, platform, null);
  life.atEnd("node", (hurry) => running.stop(hurry));
  const { writer } = running.node;
  Object.assign(running.node, {
    writer: {
      ...writer,
      async write(...args: Parameters<typeof writer.write>) {
        const placed = await writer.write(...args);
        // The acknowledgement leaves in this turn of the loop.
        if (point === "after_ack") setImmediate(() => crashAt("after_ack"));
        return placed;
      },
    },
  });
});
