import { type LoopFigures, measureProduct, measureRelay } from "./closed-loop.ts";
import { openShop } from "./shop.ts";
import type { Length, Measure, Table } from "./table.ts";

const customers = 200;

/** P19: each of 200 customers sends when the last message is acknowledged. */
export const closedLoop: Measure = { name: "closed", run };

export const loopHeader = ["", "msg/s", "CPU Node µs", "CPU PostgreSQL µs", "ack p50 / p99 ms", "delivery p50 / p99 ms", "failed"] as const;

/** The cells of one run under `loopHeader`. */
export function loopCells(name: string, { perSecond, cpuNode, cpuPostgres, acknowledged, delivered, failed }: LoopFigures): (string | number)[] {
  return [name, perSecond, cpuNode, cpuPostgres, `${acknowledged.p50} / ${acknowledged.p99}`, `${delivered.p50} / ${delivered.p99}`, failed];
}

async function run(length: Length): Promise<Table> {
  const [warmUp, measure] = length === "short" ? [2, 4] : [4, 10];
  const rows: (string | number)[][] = [];
  const notes: string[] = [];
  let passed = true;
  const shop = await openShop(customers, 50);
  try {
    for (const waiters of [3, 50]) {
      const size = { waiters, warmUp, measure };
      const relay = await measureRelay(customers, size);
      const ours = await measureProduct(shop, size);
      rows.push(loopCells(`relay, ${waiters} waiters`, relay), loopCells(`Xiaoer, ${waiters} waiters`, ours));
      const cpu = (ours.cpuNode + ours.cpuPostgres) / relay.cpuNode;
      const aim = waiters === 3 ? "≤ 2 and ≥ 0.7" : "≤ 1.0 and ≥ 1.2";
      notes.push(`${waiters} waiters: ${cpu.toFixed(2)} × the relay's CPU per message, ${(ours.perSecond / relay.perSecond).toFixed(2)} × its throughput (aim: ${aim}).`);
      passed &&= [relay, ours].every(({ failed, perSecond }) => failed === 0 && perSecond > 0);
    }
  } finally {
    await shop.close();
  }
  return { title: "Closed loop: 200 customers (P19)", header: loopHeader, rows, notes, passed };
}
