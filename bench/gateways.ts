import { measureProduct } from "./closed-loop.ts";
import { loopCells, loopHeader } from "./closed-loop-measure.ts";
import { openShop } from "./shop.ts";
import type { Length, Measure, Table } from "./table.ts";

const paths = [null, "/ws", "/rayim", "/infra/ws", "/webSocket/me", "/ws/me", "/endpoint-websocket"] as const;

/** The closed loop over each gateway of older systems' clients, beside Socket.IO. */
export const gateways: Measure = { name: "gateways", run };

async function run(length: Length): Promise<Table> {
  const [warmUp, measure] = length === "short" ? [2, 4] : [3, 6];
  const rows: (string | number)[][] = [];
  let passed = true;
  const shop = await openShop(200, 3);
  try {
    for (const path of paths) {
      const figures = await measureProduct(shop, { waiters: 3, warmUp, measure }, path);
      rows.push(loopCells(path ?? "Socket.IO", figures));
      passed &&= figures.failed === 0 && figures.perSecond > 0;
    }
  } finally {
    await shop.close();
  }
  const notes = ["`/infra/ws`, `/webSocket` and `/ws/{id}` acknowledge nothing: there the next message follows when a waiter has got the last one."];
  return { title: "Closed loop over each gateway, 200 customers, 3 waiters", header: loopHeader, rows, notes, passed };
}
