import { randomUUID } from "node:crypto";

import { io as openPresent } from "socket.io-client";
import { io as openOlder } from "socket.io-client-older";
import { beforeAll, describe, expect, it } from "vitest";

import { atEnd } from "#server/testing/clean-up.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let node: TestNode;
let agent: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  agent = await connect(node, await makeStaff(node));
  await agent.call("waiter:register", {});
});

/** As much of a client as both have. */
type Client = { once(name: string, listener: (value: never) => void): unknown; emit(name: string, ...values: unknown[]): unknown; close(): unknown };
type Open = (url: string, options: { auth: object; transports: string[]; forceNew: true; reconnection: false }) => Client;
const clients: readonly (readonly [string, Open])[] = [
  ["the present", (url, options) => openPresent(url, options)],
  ["an older", (url, options) => openOlder(url, options)],
];
type Told = { messages: { text: string; seq: number }[] };

describe.each(clients)("%s client of Socket.IO", (_, open) => {
  it.each([[["websocket"]], [["polling"]], [["polling", "websocket"]]])("gives commands and hears events over %j", async (transports) => {
    const { token } = await makeGuest(node);
    const socket = open(node.url, { auth: { token, v: 1 }, transports, forceNew: true, reconnection: false });
    atEnd(async () => void socket.close());
    const [hello, told]: [Promise<unknown>, Promise<Told>] = [
      new Promise((resolve, reject) => {
        socket.once("hello", resolve);
        socket.once("connect_error", reject);
      }),
      new Promise((resolve) => socket.once("message:created", resolve)),
    ];
    expect(await hello).toMatchObject({ user: { role: "customer" }, heartbeatMs: 15_000 });
    const text = `hello ${randomUUID()}`;
    const answer = await new Promise((resolve) => socket.emit("message:send", { clientMsgId: randomUUID(), kind: "text", text }, resolve));
    expect(answer).toMatchObject({ ok: true, data: { duplicate: false, message: { text, seq: 1 } } });
    const { messages: [first] } = await agent.next("message:created", ({ messages }) => messages.some((message) => "text" in message && message.text === text));
    await agent.say("welcome", first?.conversationId ?? "");
    expect(await told).toMatchObject({ messages: [{ text: "welcome", seq: 2 }] });
    expect(await new Promise((resolve) => socket.emit("conversation:list", { filter: "all" }, resolve))).toMatchObject({ ok: false, error: { code: "forbidden" } });
    socket.close();
  });

  it("is told in the contract's words that it may not come in", async () => {
    const socket = open(node.url, { auth: { token: "nonsense" }, transports: ["websocket"], forceNew: true, reconnection: false });
    atEnd(async () => void socket.close());
    const error = await new Promise((resolve) => socket.once("connect_error", resolve));
    expect(error).toMatchObject({ data: { code: "unauthenticated", retryable: false } });
  });
});
