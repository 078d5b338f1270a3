import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

import { createClient } from "redis";
import { beforeAll, describe, expect, it } from "vitest";

import { atEnd } from "#server/testing/clean-up.ts";
import { startRedis } from "#server/testing/redis.ts";

import { openProxy, type Proxy, type ProxyOptions } from "./proxy.ts";
import { redisFraming } from "./redis-framing.ts";

const within = { timeout: 10_000, interval: 5 };
let echoPort = 0;
let atServer: Socket[] = [];

/** What one end has heard so far. */
function hear(socket: Socket): { text: string; ended: boolean; reset: boolean; chunks: number } {
  const heard = { text: "", ended: false, reset: false, chunks: 0 };
  socket.on("data", (chunk: Buffer) => {
    heard.text += chunk.toString();
    heard.chunks += 1;
  });
  socket.on("end", () => {
    heard.ended = true;
  });
  socket.on("error", () => {
    heard.reset = true;
  });
  return heard;
}

async function open(options: Partial<ProxyOptions> = {}): Promise<Proxy> {
  const proxy = await openProxy({ to: { port: echoPort }, ...options });
  atEnd(() => proxy.close());
  return proxy;
}

async function dial({ port }: Proxy): Promise<{ socket: Socket; heard: ReturnType<typeof hear>; server: Socket }> {
  const before = atServer.length;
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  atEnd(async () => void socket.destroy());
  const heard = hear(socket);
  await once(socket, "connect");
  await expect.poll(() => atServer.length, within).toBe(before + 1);
  const server = atServer.at(-1);
  if (server === undefined) throw new Error("nobody connected");
  return { socket, heard, server };
}

beforeAll(async () => {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    atServer = [...atServer, socket];
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => socket.write(chunk));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  echoPort = typeof address === "object" && address !== null ? address.port : 0;
  atEnd(async () => {
    for (const socket of atServer) socket.destroy();
    server.close();
  });
});

describe("a line in good weather", () => {
  it("carries both directions unchanged and ends with its ends", async () => {
    const { socket, heard, server } = await dial(await open());
    const text = "x".repeat(300_000);
    socket.write(text);
    await expect.poll(() => heard.text.length, within).toBe(text.length);
    expect(heard.text).toBe(text);
    server.end();
    await expect.poll(() => heard.ended, within).toBe(true);
  });

  it("comes from the address that it was given", async () => {
    const { server } = await dial(await open({ localAddress: "127.1.2.3" }));
    expect(server.remoteAddress).toBe("127.1.2.3");
  });
});

describe("a line in bad weather", () => {
  it("is late by its latency, in order", async () => {
    const proxy = await open();
    const { socket, heard } = await dial(proxy);
    proxy.set("down", { latencyMs: 80, jitterMs: 40 });
    const begun = performance.now();
    for (const letter of "abcdefgh") socket.write(letter);
    await expect.poll(() => heard.text, within).toBe("abcdefgh");
    expect(performance.now() - begun).toBeGreaterThanOrEqual(78);
  });

  it("carries no more than its width", async () => {
    const proxy = await open();
    const { socket, heard } = await dial(proxy);
    proxy.set("up", { bytesPerSecond: 100_000 });
    const begun = performance.now();
    socket.write("x".repeat(10_000));
    socket.write("y".repeat(10_000));
    await expect.poll(() => heard.text.length, within).toBe(20_000);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(150);
  });

  it("is silent in one direction without closing, and brings everything when it heals", async () => {
    const proxy = await open();
    const { socket, heard, server } = await dial(proxy);
    const atFarEnd = hear(server);
    proxy.set("down", { silent: true });
    socket.write("hello");
    await expect.poll(() => atFarEnd.text, within).toBe("hello");
    expect(heard).toMatchObject({ text: "", ended: false, reset: false });
    proxy.heal();
    await expect.poll(() => heard.text, within).toBe("hello");
  });

  it("hides the end of one side from the other until it heals", async () => {
    const proxy = await open();
    const { heard, server } = await dial(proxy);
    proxy.set("both", { silent: true });
    server.destroy();
    await once(server, "close");
    expect(heard).toMatchObject({ ended: false, reset: false });
    proxy.heal();
    await expect.poll(() => heard.ended || heard.reset, within).toBe(true);
  });

  it("tells one side that the other is gone when it heals, however that one went", async () => {
    const proxy = await open();
    const { heard, server } = await dial(proxy);
    proxy.set("down", { silent: true });
    server.resetAndDestroy();
    await once(server, "close");
    // By then the line has heard of it.
    await dial(proxy);
    expect(heard).toMatchObject({ ended: false, reset: false });
    proxy.heal();
    await expect.poll(() => heard.ended || heard.reset, within).toBe(true);
  });

  it("writes byte by byte", async () => {
    const proxy = await open();
    const { socket, heard } = await dial(proxy);
    proxy.set("down", { sliceBytes: 1 });
    const text = "x".repeat(50);
    socket.write(text);
    await expect.poll(() => heard.text, within).toBe(text);
    expect(heard.chunks).toBeGreaterThan(5);
  });
});

describe("a line that breaks", () => {
  it("resets after so many bytes", async () => {
    const proxy = await open();
    const { socket, heard, server } = await dial(proxy);
    const atFarEnd = hear(server);
    proxy.cutAfter("up", 3);
    socket.write("abcdef");
    await expect.poll(() => heard.reset, within).toBe(true);
    expect("abc".startsWith(atFarEnd.text)).toBe(true);
  });

  it("resets all connections at once, and new ones while it refuses", async () => {
    const proxy = await open();
    const one = await dial(proxy);
    const two = await dial(proxy);
    proxy.reset();
    await expect.poll(() => one.heard.reset && two.heard.reset, within).toBe(true);
    proxy.refuse(true);
    const refused = hear(connect({ port: proxy.port, host: "127.0.0.1" }));
    await expect.poll(() => refused.reset, within).toBe(true);
    proxy.heal();
    const three = await dial(proxy);
    three.socket.write("again");
    await expect.poll(() => three.heard.text, within).toBe("again");
  });

  it("ends one direction and leaves the other open", async () => {
    const proxy = await open();
    const { heard, server } = await dial(proxy);
    const atFarEnd = hear(server);
    proxy.halfClose("up");
    await expect.poll(() => atFarEnd.ended, within).toBe(true);
    server.write("still here");
    await expect.poll(() => heard.text, within).toBe("still here");
  });
});

describe("a line to Redis", () => {
  it.each([
    ["loses", [], []],
    ["repeats", [0, 0, 0], ["a", "a", "a", "b", "b", "b"]],
    ["passes", [0], ["a", "b"]],
  ] as const)("%s whole published messages", async (_, fate, expected) => {
    const redis = await startRedis();
    const proxy = await open({ to: { port: redis.port }, framing: redisFraming(() => fate) });
    const listener = createClient({ url: `redis://127.0.0.1:${String(proxy.port)}`, RESP: 2 });
    const speaker = createClient({ url: redis.url, RESP: 2 });
    for (const client of [listener, speaker]) await client.on("error", () => undefined).connect();
    atEnd(async () => {
      for (const client of [listener, speaker]) client.destroy();
    });
    const heard: string[] = [];
    await listener.subscribe("news", (text) => void heard.push(text));
    for (const text of ["a", "b"]) await speaker.publish("news", text);
    // What is asked after it is answered after it: commands always pass.
    expect(await listener.ping()).toMatch(/pong/i);
    await expect.poll(() => heard, within).toEqual(expected);
  });

  it("lets later messages overtake the ones that it holds back", async () => {
    let count = 0;
    const redis = await startRedis();
    const proxy = await open({ to: { port: redis.port }, framing: redisFraming(() => [(count += 1) === 1 ? 150 : 0]) });
    const listener = createClient({ url: `redis://127.0.0.1:${String(proxy.port)}`, RESP: 2 });
    const speaker = createClient({ url: redis.url, RESP: 2 });
    for (const client of [listener, speaker]) await client.on("error", () => undefined).connect();
    atEnd(async () => {
      for (const client of [listener, speaker]) client.destroy();
    });
    const heard: string[] = [];
    await listener.subscribe("news", (text) => void heard.push(text));
    for (const text of ["a", "b", "c"]) await speaker.publish("news", text);
    await expect.poll(() => heard, within).toEqual(["b", "c", "a"]);
  });
});
