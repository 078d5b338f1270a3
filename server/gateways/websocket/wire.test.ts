import { once } from "node:events";

import { type AddressInfo, type ClientOptions, WebSocket, WebSocketServer } from "ws";
import { expect, it } from "vitest";

import { atEnd } from "#server/testing/clean-up.ts";

import { createWire, type Wire } from "./wire.ts";

/** A wire with the client at its other end. */
async function openWire(options: ClientOptions = {}): Promise<{ wire: Wire; client: WebSocket; pongs: number[]; ended: Promise<number> }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  atEnd(async () => server.close());
  await once(server, "listening");
  const connected = new Promise<WebSocket>((resolve) => server.once("connection", resolve));
  const { port } = addressOf(server);
  const client = new WebSocket(`ws://127.0.0.1:${port}`, options);
  atEnd(async () => client.terminate());
  const socket = await connected;
  await once(client, "open");
  const pongs: number[] = [];
  const ended = new Promise<number>((resolve) => socket.once("close", resolve));
  return { wire: createWire(socket, (ping) => pongs.push(ping)), client, pongs, ended };
}

function addressOf(server: WebSocketServer): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  return address;
}

it("pings after 15 s, and again when an answer came", async () => {
  const { wire, pongs } = await openWire();
  const now = performance.now();
  wire.look(now + 14_000);
  expect(pongs).toEqual([]);
  wire.look(now + 16_000);
  await expect.poll(() => pongs).toEqual([1]);
});

it("ends a connection whose client does not answer within 10 s", async () => {
  const { wire, client, ended } = await openWire({ autoPong: false });
  const pinged = once(client, "ping");
  wire.look(performance.now() + 15_001);
  await pinged;
  wire.look(performance.now() + 9_000);
  expect(client.readyState).toBe(WebSocket.OPEN);
  wire.look(performance.now() + 10_100);
  expect(await ended).toBe(1006);
});

it("takes anything that the client says for a sign of life", async () => {
  const { wire, client } = await openWire({ autoPong: false });
  wire.look(performance.now() + 15_001);
  await once(client, "ping");
  client.send("hello");
  client.ping();
  await once(client, "pong");
  wire.look(performance.now() + 10_100);
  expect(client.readyState).toBe(WebSocket.OPEN);
});

it("does not end a connection that it does not read from", async () => {
  const { wire, client, pongs } = await openWire();
  wire.pause();
  wire.pause();
  wire.ping();
  for (const ms of [15_000, 30_000, 60_000]) wire.look(performance.now() + ms);
  expect(client.readyState).toBe(WebSocket.OPEN);
  wire.resume();
  expect(pongs).toEqual([]);
  wire.resume();
  await expect.poll(() => pongs).toEqual([1]);
});

it("counts what waits for the client", async () => {
  const { wire, client } = await openWire();
  client.pause();
  const frame = Buffer.alloc(64 * 1024, "x");
  for (let n = 0; n < 400; n += 1) wire.send(frame);
  expect(wire.backlog().frames).toBeGreaterThan(256);
  expect(wire.backlog().bytes).toBeGreaterThan(1024 * 1024);
  const before = wire.backlog().frames;
  wire.send(frame, true);
  expect(wire.backlog().frames).toBe(before);
  client.resume();
  await expect.poll(() => wire.backlog().frames).toBe(0);
});
