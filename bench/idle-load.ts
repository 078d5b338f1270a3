import { createInterface } from "node:readline";

import WebSocket from "ws";

import { dialRaw } from "#faults/workload/raw-socket.ts";

import { quantilesOf } from "./load-task.ts";

/** What an idle load does: `atOnce` dials run side by side; a relay takes no tokens. */
export type IdleTask = { readonly url: string; readonly tokens: readonly (string | null)[]; readonly count: number; readonly atOnce: number };
/** Its first line. Milliseconds, per second. */
export type Connected = { readonly refused: number; readonly seconds: number; readonly readyP50: number; readonly readyP99: number };
/** Its second line, after every connection got the notice: when, on the common clock. */
export type Noticed = { readonly received: number; readonly times: { first: number; median: number; last: number } };

/* Connections that only wait, in a process of their own; ends when its input does. */
const lines = createInterface({ input: process.stdin });
const task: IdleTask = JSON.parse((await lines[Symbol.asyncIterator]().next()).value ?? "{}");
const sockets: WebSocket[] = [];
const readyMs: number[] = [];
const noticed: number[] = [];
let refused = 0;
let dialled = 0;

const begun = performance.now();
await Promise.all(Array.from({ length: task.atOnce }, dialOn));
const connected: Connected = { refused, seconds: (performance.now() - begun) / 1_000, readyP50: quantilesOf(readyMs).p50, readyP99: quantilesOf(readyMs).p99 };
process.stdout.write(`${JSON.stringify(connected)}\n`);
const late = setTimeout(tellNoticed, 60_000);
process.stdin.on("end", () => process.exit(0));

async function dialOn(): Promise<void> {
  while (dialled < task.count) {
    const n = dialled;
    dialled += 1;
    const localAddress = `127.1.${String(n % 200)}.${String(1 + (n % 50))}`;
    const token = task.tokens[n % task.tokens.length] ?? null;
    try {
      const { socket, readyMs: ms } = token === null ? await dialRelay(localAddress) : await dialRaw(task.url, { token, localAddress, limitMs: 60_000 });
      readyMs.push(ms);
      sockets.push(socket);
      socket.on("message", hear);
    } catch {
      refused += 1;
    }
  }
}

function hear(data: Buffer): void {
  if (data.toString("latin1", 0, 18) !== '42["notice:pushed"') return;
  noticed.push(performance.timeOrigin + performance.now());
  if (noticed.length !== sockets.length) return;
  clearTimeout(late);
  tellNoticed();
}

function tellNoticed(): void {
  const sorted = noticed.toSorted((a, b) => a - b);
  const answer: Noticed = { received: sorted.length, times: { first: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, last: sorted.at(-1) ?? 0 } };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/* The relay says no hello; its answer to the connect packet is the beginning. */
function dialRelay(localAddress: string): Promise<{ socket: WebSocket; readyMs: number }> {
  const dialledAt = performance.now();
  const socket = new WebSocket(`${task.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`, { perMessageDeflate: false, localAddress });
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (data: Buffer) => {
      const head = data.toString("latin1", 0, 3);
      if (head === "2") socket.send("3");
      else if (head.startsWith("0{")) socket.send("40");
      else if (head === "40{") resolve({ socket, readyMs: performance.now() - dialledAt });
    });
  });
}
