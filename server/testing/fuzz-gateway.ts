import { once } from "node:events";

import fc from "fast-check";
import { WebSocket } from "ws";

import { type FuzzedPath, type FuzzInput, fuzzInputs } from "./fuzz-inputs.ts";
import { openRawSocket } from "./raw-web-socket.ts";

type Target = { readonly port: number; readonly path: FuzzedPath; readonly tokens: readonly string[] };
export type Amount = { readonly inputs: number; readonly seed: number; readonly atOnce: number };

/** What came of it. `closes`: how many connections ended, by code. `failures`: what the server itself called its own failure. */
export type FuzzReport = { readonly inputs: number; readonly frames: number; readonly closes: ReadonlyMap<number, number>; readonly failures: readonly string[] };

const batch = 100;
const answerMs = 60_000;
/** What the server says of errors that nobody foresaw. */
export const ownFailure = "Something went wrong on the server";

/** Throws inputs at a gateway, over several connections of several users. Throws when a connection that is open stays without an answer. */
export async function fuzzGateway({ port, path, tokens }: Target, { inputs, seed, atOnce }: Amount): Promise<FuzzReport> {
  const arbitrary = fuzzInputs(path);
  const closes = new Map<number, number>();
  const failures: string[] = [];
  let frames = 0;
  let sent = 0;

  async function open(token: string): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}?token=${token}`);
    socket.on("message", (data) => {
      frames += 1;
      const frame = Buffer.isBuffer(data) ? data.toString() : "";
      if (frame.includes(ownFailure)) failures.push(frame.slice(0, 500));
    });
    socket.once("close", (code) => closes.set(code, (closes.get(code) ?? 0) + 1));
    await once(socket, "open");
    return socket;
  }

  async function work(worker: number): Promise<void> {
    const token = tokens[worker % tokens.length] ?? "";
    let socket = await open(token);
    while (sent < inputs) {
      const list = fc.sample(arbitrary, { numRuns: Math.min(batch, inputs - sent), seed: seed + sent });
      sent += list.length;
      if (socket.readyState !== WebSocket.OPEN) socket = await open(token);
      for (const input of list) if (input.kind !== "raw") socket.send(input.kind === "text" ? input.text : input.bytes);
      await answered(socket);
      for (const input of list) if (input.kind === "raw") await throwBytes(input, token);
    }
    socket.terminate();
  }

  async function throwBytes({ bytes }: Extract<FuzzInput, { bytes: Uint8Array }>, token: string): Promise<void> {
    const raw = await openRawSocket(port, `${path}?token=${token}`);
    raw.tcp.end(bytes);
    const code = await raw.closed;
    closes.set(code, (closes.get(code) ?? 0) + 1);
    raw.tcp.destroy();
  }

  await Promise.all(Array.from({ length: atOnce }, (_, worker) => work(worker)));
  return { inputs: sent, frames, closes, failures };
}

/** Whether the server still reads: it answers a ping, or has closed the connection. */
export async function answered(socket: WebSocket): Promise<void> {
  if (socket.readyState !== WebSocket.OPEN) return;
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), answerMs);
  socket.ping();
  try {
    await Promise.race([once(socket, "pong", { signal: stop.signal }), once(socket, "close", { signal: stop.signal })]);
  } finally {
    clearTimeout(limit);
    stop.abort();
  }
}
