import { randomInt } from "node:crypto";

import type { Grant } from "#protocol/http.ts";
import { fuzzGateway } from "#server/testing/fuzz-gateway.ts";
import { fuzzedPaths } from "#server/testing/fuzz-inputs.ts";
import { fuzzStomp, stompPaths } from "#server/testing/fuzz-stomp.ts";
import { makeDataFolder, type Product, startProduct } from "#server/testing/product.ts";

/*
 * npm run fuzz -- [inputs] [path]: throws so many inputs (1,000,000 if left out) at each gateway of older systems' clients
 * of the running product, or at one. Its last line is `N passed, N failed`.
 */
const [count = "1000000", only] = process.argv.slice(2);
const inputs = Number(count);
const admin = { email: "admin@example.com", password: "correct-horse-battery" };

const folder = await makeDataFolder("fuzz");
const product = await startProduct({
  dataDir: folder.path,
  env: { ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, LOG_LEVEL: "error" },
});
let failed = 0;
let linesLogged = 0;
try {
  const tokens = [await guestToken(product), await staffToken(product), await guestToken(product), await guestToken(product)];
  const paths = [...fuzzedPaths, ...stompPaths].filter((path) => only === undefined || path === only);
  for (const path of paths) if (!(await fuzz(path, tokens))) failed += 1;
  process.stdout.write(`${paths.length - failed} passed, ${failed} failed\n`);
} finally {
  await product.end("SIGTERM");
  await folder.remove();
}
process.exitCode = failed === 0 ? 0 : 1;

async function fuzz(path: (typeof fuzzedPaths | typeof stompPaths)[number], tokens: readonly string[]): Promise<boolean> {
  const seed = randomInt(2 ** 30);
  const before = await memory(product);
  const begun = performance.now();
  const amount = { inputs, seed, atOnce: 8 };
  const stomp = stompPaths.find((one) => one === path);
  const plain = fuzzedPaths.find((one) => one === path) ?? "/ws";
  const target = { port: product.port, tokens };
  const report = await (stomp === undefined ? fuzzGateway({ ...target, path: plain }, amount) : fuzzStomp({ ...target, path: stomp }, amount));
  const seconds = (performance.now() - begun) / 1_000;
  const closes = [...report.closes].map(([code, times]) => `${code} × ${times}`).join(", ");
  const alive = (await fetch(`${product.url}/livez`)).ok;
  // Its log is JSON; what else it prints are greetings.
  const logged = product.output().split("\n").filter((line) => line.startsWith("{")).slice(linesLogged);
  linesLogged += logged.length;
  process.stdout.write(`${path}: ${report.inputs} inputs in ${seconds.toFixed(0)} s (seed ${seed}), ${report.frames} frames back, closed ${closes === "" ? "none" : closes}
  alive ${alive}, own failures ${report.failures.length}, resident ${before} → ${await memory(product)} MB
`);
  for (const failure of report.failures.slice(0, 3)) process.stdout.write(`  ${failure}\n`);
  for (const line of logged.slice(0, 3)) process.stdout.write(`  logged: ${line}\n`);
  return alive && report.failures.length === 0 && logged.length === 0;
}

async function memory({ url }: Product): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Math.round(Number(/^xiaoer_process_resident_memory_bytes(?:{[^}]*})? ([\d.e+]+)/m.exec(text)?.[1] ?? 0) / 1024 / 1024);
}

async function guestToken({ url }: Product): Promise<string> {
  return gatewayToken(url, await ask(url, "/api/v1/auth/guest", { body: {} }));
}

async function staffToken({ url }: Product): Promise<string> {
  return gatewayToken(url, await ask(url, "/api/v1/auth/login", { body: admin }));
}

/** A run takes longer than an access token of staff lives. */
async function gatewayToken(url: string, { token }: Pick<Grant, "token">): Promise<string> {
  const body = { gateways: ["rayim", "ws", "infra-ws", "websocket", "ws-plain", "stomp"], expiresInS: 86_400 };
  return (await ask(url, "/api/v1/auth/gateway", { body, token })).token;
}

async function ask(url: string, path: string, { body, token }: { body: object; token?: string }): Promise<{ token: string }> {
  const headers = { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
