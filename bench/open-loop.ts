import { hireAgents, makeGuests } from "#faults/stage/people.ts";
import { openStage } from "#faults/stage/stage.ts";

import { type LoopFigures, measureLoad, measureRelay } from "./closed-loop.ts";
import { postgresPids } from "./cpu.ts";
import { openShop } from "./shop.ts";
import type { Length, Measure, Table } from "./table.ts";

const customers = 200;

/** P7: messages come at a fixed rate; one node, and three behind nginx with Redis. */
export const openLoop: Measure = { name: "open", run };

type Case = { readonly perSecond: number; readonly waiters: number };

async function run(length: Length): Promise<Table> {
  const times = length === "short" ? { warmUp: 2, measure: 4 } : { warmUp: 2, measure: 6 };
  const cases: readonly Case[] = length === "short" ? [{ perSecond: 200, waiters: 3 }] : [200, 1_000].flatMap((perSecond) => [1, 3, 50].map((waiters) => ({ perSecond, waiters })));
  const found: { name: string; one: Case; figures: LoopFigures }[] = [];

  const shop = await openShop(customers, 50);
  try {
    for (const one of cases) {
      const size = { ...times, ...one };
      found.push({ name: "relay", one, figures: await measureRelay(customers, size, "bench/open-load.ts") });
      await shop.registerOnly(one.waiters);
      const task = { ...size, url: shop.product.url, customers: shop.customers, waiters: shop.waiters.slice(0, one.waiters) };
      found.push({ name: "one node", one, figures: await measureLoad(task, { node: () => [shop.product.pid], postgres: () => postgresPids(shop.dataDir) }, "bench/open-load.ts") });
    }
  } finally {
    await shop.close();
  }

  const stage = await openStage();
  try {
    await stage.arrange({});
    const guests = (await makeGuests(stage, customers)).map(({ token }) => token);
    // More waiters each time: who is registered stays so.
    for (const one of cases.toSorted((a, b) => a.waiters - b.waiters)) {
      const agents = (await hireAgents(stage, one.waiters)).map(({ grant }) => grant.token);
      const task = { ...times, ...one, url: stage.nginx.url, customers: guests, waiters: agents };
      const pids = { node: () => stage.nodes.map(({ pid }) => pid), postgres: () => postgresPids(stage.folder) };
      found.push({ name: "three nodes behind nginx", one, figures: await measureLoad(task, pids, "bench/open-load.ts") });
    }
  } finally {
    await stage.close();
  }

  const rows = cases.flatMap(({ perSecond, waiters }) => found.filter(({ one }) => one.perSecond === perSecond && one.waiters === waiters).map(({ name, figures }) => cellsOf(`${perSecond} msg/s, ${waiters} waiters: ${name}`, figures)));
  const healthy = found.filter(({ name, one }) => name !== "relay" && one.perSecond === 200).map(({ figures }) => figures.delivered);
  const worst = (pick: "p50" | "p99"): number => Math.max(...healthy.map((delivered) => delivered[pick]));
  return {
    title: "Open loop: 200 customers at a fixed rate (P7)",
    header: ["", "CPU Node µs", "CPU PostgreSQL µs", "ack p50 / p99 / max ms", "delivery p50 / p99 / max ms", "failed"],
    rows,
    notes: [`Delivery at 200 msg/s, the worst of these: p50 ${worst("p50")} ms, p99 ${worst("p99")} ms (aim: < 50 and < 250). Delays count from when a message was due.`],
    passed: found.every(({ figures }) => figures.failed === 0 && figures.perSecond > 0),
  };
}

function cellsOf(name: string, { cpuNode, cpuPostgres, acknowledged, delivered, failed }: LoopFigures): (string | number)[] {
  return [name, cpuNode, cpuPostgres, `${acknowledged.p50} / ${acknowledged.p99} / ${acknowledged.max}`, `${delivered.p50} / ${delivered.p99} / ${delivered.max}`, failed];
}
