import { measureProduct, measureRelay, type LoopFigures } from "./closed-loop.ts";
import { openShop } from "./shop.ts";

/*
 * npm run bench: 200 customers in a closed loop, beside a bare relay in the same run (promise P19).
 * `--short` measures for 4 s instead of 15 s.
 */
const short = process.argv.includes("--short");
const [warmUp, seconds] = short ? [2, 4] : [5, 15];
const customers = 200;

const rows: { name: string; figures: LoopFigures }[] = [];
const shop = await openShop(customers, 50);
try {
  for (const waiters of [3, 50]) {
    const size = { waiters, warmUp, measure: seconds };
    rows.push({ name: `relay, ${waiters} waiters`, figures: await measureRelay(customers, size) });
    rows.push({ name: `Xiaoer, ${waiters} waiters`, figures: await measureProduct(shop, size) });
  }
} finally {
  await shop.close();
}

const header = ["", "msg/s", "CPU Node µs", "CPU PostgreSQL µs", "ack p50 / p99 ms", "delivery p50 / p99 ms", "failed"];
print(header);
print(header.map(() => "---"));
for (const { name, figures } of rows) {
  const { perSecond, cpuNode, cpuPostgres, acknowledged, delivered, failed } = figures;
  print([name, perSecond, cpuNode, cpuPostgres, `${acknowledged.p50} / ${acknowledged.p99}`, `${delivered.p50} / ${delivered.p99}`, failed]);
}
for (let n = 0; n < rows.length; n += 2) {
  const [relay, ours] = [rows[n]?.figures, rows[n + 1]?.figures];
  if (relay === undefined || ours === undefined) continue;
  const cpu = (ours.cpuNode + ours.cpuPostgres) / relay.cpuNode;
  process.stdout.write(`\n${rows[n + 1]?.name}: ${cpu.toFixed(2)} x the relay's CPU per message, ${(ours.perSecond / relay.perSecond).toFixed(2)} x its throughput\n`);
}

// The figures are for reading; what fails the run is a message that was refused or not acknowledged.
const passed = rows.every(({ figures }) => figures.failed === 0 && figures.perSecond > 0);
process.stdout.write(passed ? "\n1 passed, 0 failed\n" : "\n0 passed, 1 failed\n");
process.exitCode = passed ? 0 : 1;

function print(cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
}
