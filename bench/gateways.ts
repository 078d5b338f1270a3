import { type LoopFigures, measureProduct } from "./closed-loop.ts";
import { openShop } from "./shop.ts";

/*
 * npm run bench:gateways: the closed loop of 200 customers and 3 waiters over each gateway of older systems' clients, beside
 * Socket.IO in the same run. `--short` measures for 4 s instead of 15 s.
 */
const [warmUp, seconds] = process.argv.includes("--short") ? [2, 4] : [5, 15];
const gateways = [null, "/ws", "/rayim", "/infra/ws", "/webSocket/me", "/ws/me", "/endpoint-websocket"] as const;

const rows: { name: string; figures: LoopFigures }[] = [];
const shop = await openShop(200, 3);
try {
  for (const path of gateways) rows.push({ name: path ?? "Socket.IO", figures: await measureProduct(shop, { waiters: 3, warmUp, measure: seconds }, path) });
} finally {
  await shop.close();
}

const header = ["", "msg/s", "CPU Node µs", "CPU PostgreSQL µs", "ack p50 / p99 ms", "delivery p50 / p99 ms", "failed"];
for (const cells of [header, header.map(() => "---"), ...rows.map(({ name, figures }) => cellsOf(name, figures))]) {
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
}
const passed = rows.filter(({ figures }) => figures.failed === 0 && figures.perSecond > 0).length;
process.stdout.write(`\n${passed} passed, ${rows.length - passed} failed\n`);
process.exitCode = passed === rows.length ? 0 : 1;

function cellsOf(name: string, { perSecond, cpuNode, cpuPostgres, acknowledged, delivered, failed }: LoopFigures): (string | number)[] {
  return [name, perSecond, cpuNode, cpuPostgres, `${acknowledged.p50} / ${acknowledged.p99}`, `${delivered.p50} / ${delivered.p99}`, failed];
}
