import { once } from "node:events";

import { linesOf, startChild } from "./child.ts";
import { cpuOfEach, cpuSince, postgresPids } from "./cpu.ts";
import type { LoadResult, LoadTask } from "./load-task.ts";
import type { Shop } from "./shop.ts";

/** One run of the closed loop. CPU in microseconds per message, of the server with and without its database. */
export type LoopFigures = {
  perSecond: number;
  cpuNode: number;
  cpuPostgres: number;
  acknowledged: LoadResult["acknowledged"];
  delivered: LoadResult["delivered"];
  failed: number;
};

export type LoopSize = { waiters: number; warmUp: number; measure: number };

/** The product: stored, acknowledged after COMMIT, delivered to every waiter; over Socket.IO, or a gateway by its path. */
export async function measureProduct(shop: Shop, size: LoopSize, path: string | null = null): Promise<LoopFigures> {
  const waiters = shop.waiters.slice(0, size.waiters);
  await shop.registerOnly(size.waiters);
  const task = { ...size, url: shop.product.url, customers: shop.customers, waiters, path };
  // Asked anew each time: backends come while the load grows.
  const pids = { node: () => [shop.product.pid], postgres: () => postgresPids(shop.dataDir) };
  return measureLoad(task, pids, path === null ? "bench/load.ts" : "bench/gateway-load.ts");
}

/** The bare relay, in the same way. */
export async function measureRelay(customers: number, size: LoopSize, program = "bench/load.ts"): Promise<LoopFigures> {
  const relay = startChild("bench/relay.ts", [String(size.waiters)]);
  try {
    const [port] = await once(linesOf(relay), "line");
    const nobody = (count: number) => Array.from({ length: count }, () => null);
    const task = { ...size, url: `http://127.0.0.1:${port}`, customers: nobody(customers), waiters: nobody(size.waiters) };
    return await measureLoad(task, { node: () => [relay.pid ?? 0], postgres: () => [] }, program);
  } finally {
    relay.kill();
  }
}

/** The processes whose CPU counts; asked when it is read. */
export type Counted = { readonly node: () => number[]; readonly postgres: () => number[] };

/** Runs a load in a process of its own and reads how much CPU the server took meanwhile. */
export async function measureLoad(task: LoadTask, pids: Counted, program: string): Promise<LoopFigures> {
  const load = startChild(program, []);
  const lines = linesOf(load);
  load.stdin?.end(JSON.stringify(task));
  await once(lines, "line");
  const before = { node: cpuOfEach(pids.node()), postgres: cpuOfEach(pids.postgres()) };
  const [line] = await once(lines, "line");
  const result: LoadResult = JSON.parse(String(line));
  const used = { node: cpuSince(before.node, pids.node()), postgres: cpuSince(before.postgres, pids.postgres()) };
  const micros = (seconds: number) => Math.round((seconds * 1e6) / Math.max(1, result.sent));
  return {
    perSecond: Math.round(result.sent / result.seconds),
    cpuNode: micros(used.node),
    cpuPostgres: micros(used.postgres),
    acknowledged: result.acknowledged,
    delivered: result.delivered,
    failed: result.failed,
  };
}
