import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import { rooms } from "#server/chat/rooms.ts";
import { connect as connectBrowser, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { connectStomp, openStomp, stompPath, subscribeStomp, writeFrame } from "#server/testing/stomp-client.ts";
import { openSocket } from "#server/testing/web-socket.ts";

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

describe("a silent client", () => {
  it("is beaten for as agreed, and is never closed for its silence", async () => {
    const { token, user } = await makeGuest(node);
    const client = await openSocket(node, stompPath);
    client.send(writeFrame("CONNECT", { "accept-version": "1.2", token, "heart-beat": "10000,1" }));
    await client.next((frame) => frame.startsWith("CONNECTED"));
    const begun = performance.now();
    expect(await client.next((frame) => frame === "\n")).toBe("\n");
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(await client.count(3)).toHaveLength(3);
    expect(node.node.sessions.ofUser(user.id)).toHaveLength(1);
  });
});

describe("a frame that is begun", () => {
  it("has to come to its end within ten seconds", async () => {
    const client = await connectStomp(node, (await makeGuest(node)).token);
    client.raw("SEND\ndestination:/app/heartbeat\n\n{}");
    expect((await client.next("ERROR")).headers["code"]).toBe("bad_request");
    expect((await client.closed).code).toBe(1002);
  });
});

describe("a flood of commands", () => {
  it("is carried out in order, and holds back nobody but its sender", async () => {
    const guest = await makeGuest(node);
    const client = await subscribeStomp(node, guest, { events: "/user/queue/events" });
    for (let n = 0; n < 300; n += 1) client.send("SEND", { destination: "/app/message:send", receipt: String(n) }, JSON.stringify({ clientMsgId: randomUUID(), kind: "text", text: String(n) }));
    const other = await connectStomp(node, (await makeGuest(node)).token);
    await other.settle();
    await client.next("RECEIPT", { "receipt-id": "299" });
    const receipts = client.frames().filter(({ command }) => command === "RECEIPT").map(({ headers }) => headers["receipt-id"]);
    expect(receipts).toEqual(["subscribed events", ...Array.from({ length: 300 }, (_, n) => String(n))]);
    const { messages } = await (await connectBrowser(node, guest)).call("conversation:sync", { after: 0, limit: 200 });
    expect(messages.map((message) => (message.kind === "text" ? message.text : ""))).toEqual(Array.from({ length: 200 }, (_, n) => String(n)));
  });
});

describe("a client that does not read", () => {
  it.each(["", "/000/abcdefgh/websocket"])("is closed, and others are not held up (P14): %s", async (below) => {
    const { token, user } = await makeGuest(node);
    const slow = await openSocket(node, `${stompPath}${below}`);
    const frames = [writeFrame("CONNECT", { "accept-version": "1.2", token }), writeFrame("SUBSCRIBE", { id: "events", destination: "/user/queue/events", receipt: "r" })];
    for (const frame of frames) slow.send(below === "" ? frame : JSON.stringify([frame]));
    await slow.next((frame) => frame.includes("RECEIPT"));
    const quick = await subscribeStomp(node, await makeGuest(node), { events: "/user/queue/events" });
    slow.socket.pause();
    for (let n = 0; n < 200; n += 1) node.node.delivery.deliver([{ rooms: [rooms.everyone], event: "push", payload: { type: "bulk", content: `${n} ${"x".repeat(60_000)}` } }], null);
    await quick.told("events", { event: "push", body: ({ content }) => String(content).startsWith("199 ") });
    await expect.poll(() => node.node.sessions.ofUser(user.id).length, { timeout: 15_000, interval: 100 }).toBe(0);
    slow.socket.terminate();
  });

  it("over HTTP is dropped with what waited for it", async () => {
    const guest = await makeGuest(node);
    const path = `${node.url}${stompPath}/000/${randomUUID()}`;
    expect(await (await fetch(`${path}/xhr`, { method: "POST" })).text()).toBe("o\n");
    const body = JSON.stringify([writeFrame("CONNECT", { "accept-version": "1.2", token: guest.token }), writeFrame("SUBSCRIBE", { id: "1", destination: "/user/queue/events" })]);
    expect((await fetch(`${path}/xhr_send`, { method: "POST", body })).status).toBe(204);
    await expect.poll(() => node.node.sessions.ofUser(guest.user.id).length, { timeout: 2_000, interval: 10 }).toBe(1);
    for (let n = 0; n < 100; n += 1) node.node.delivery.deliver([{ rooms: [rooms.user(guest.user.id)], event: "push", payload: { type: "bulk", content: "x".repeat(60_000) } }], null);
    await expect.poll(() => node.node.sessions.ofUser(guest.user.id).length, { timeout: 10_000, interval: 100 }).toBe(0);
  });
});

describe("a half-open connection", () => {
  it("without an answer to a ping is ended (P10)", async () => {
    const { token, user } = await makeStaff(node);
    const client = await openSocket(node, stompPath, { autoPong: false });
    client.send(writeFrame("CONNECT", { "accept-version": "1.2", token }));
    await client.next((frame) => frame.startsWith("CONNECTED"));
    expect((await client.closed).code).toBe(1006);
    await expect.poll(() => node.node.sessions.ofUser(user.id)).toEqual([]);
  });
});

describe("a stranger", () => {
  it("has ten seconds to say who it is", async () => {
    const silent = await openStomp(node);
    expect((await silent.closed).code).toBe(4408);
  });
});
