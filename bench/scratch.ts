import { measureProduct, measureRelay } from "./closed-loop.ts";
import { openShop } from "./shop.ts";
const n = Number(process.env["ROUNDS"] ?? 2);
const shop = await openShop(200, 3, process.env["NODEOPT"] !== undefined ? process.env["NODEOPT"].split(" ") : process.env["PROF"] === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir=/tmp/me/prof", "--cpu-prof-interval=500"]);
try {
  for (let i = 0; i < n; i += 1) {
    const size = { waiters: 3, warmUp: 2, measure: Number(process.env["SECONDS_"] ?? 5) };
    if (process.env["RELAY"] !== "0") console.log("relay", JSON.stringify(await measureRelay(200, size)));
    console.log("ours ", JSON.stringify(await measureProduct(shop, size)));
  }
} finally { await shop.close(); }
