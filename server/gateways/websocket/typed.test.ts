import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import type { Grant } from "#protocol/http.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { isRecord, openSocket, type SocketClient } from "#server/testing/web-socket.ts";

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

const open = ({ token }: Grant): Promise<SocketClient> => openSocket(node, `/ws?token=${token}`);

/** Gives a command and answers the content of its acknowledgement. */
async function ask(client: SocketClient, type: string, content?: unknown): Promise<unknown> {
  const id = randomUUID();
  client.send({ type, content, id });
  return (await client.nextObject({ type: "ack", id }))["content"];
}

describe("/ws", () => {
  it("begins with hello", async () => {
    const grant = await makeGuest(node, "Lin");
    const client = await open(grant);
    const hello = await client.nextObject({ type: "hello" });
    expect(client.objects[0]).toBe(hello);
    expect(hello).toMatchObject({ content: { user: grant.user, conversationId: null, heartbeatMs: 15_000 } });
  });

  it("gives every command and tells every event, as Socket.IO does", async () => {
    const agent = await connect(node, await makeStaff(node));
    await agent.call("waiter:register", {});
    const client = await open(await makeGuest(node));
    const sent = await ask(client, "message:send", { clientMsgId: randomUUID(), kind: "text", text: "hi <b>" });
    expect(sent).toMatchObject({ ok: true, data: { duplicate: false, message: { text: "hi <b>", seq: 1 } } });
    const { messages } = await agent.next("message:created", (event) => event.messages.some((message) => message.kind === "text" && message.text === "hi <b>"));
    const conversationId = messages[0]?.conversationId ?? "";
    await agent.say("<i>hello</i>", conversationId);
    expect(await client.nextObject({ type: "message:created" })).toMatchObject({ content: { messages: [{ text: "<i>hello</i>", seq: 2 }] } });
    expect(await ask(client, "conversation:sync", { after: 0 })).toMatchObject({ ok: true, data: { conversationId, head: 2, messages: [{ seq: 1 }, { seq: 2 }] } });
    expect(await ask(client, "heartbeat")).toMatchObject({ ok: true, data: { serverTime: expect.any(String) } });
    await agent.call("conversation:claim", { conversationId });
    expect(await client.nextObject({ type: "conversation:updated" })).toMatchObject({ content: { conversation: { id: conversationId } } });
    // What it sends itself comes as the answer, not as an event.
    expect(client.frames.filter((frame) => frame.includes("hi <b>") && frame.includes("message:created"))).toEqual([]);
  });

  it("serves staff with what needs a live session", async () => {
    const agent = await open(await makeStaff(node));
    const client = await open(await makeGuest(node));
    const sent = await ask(client, "message:send", { clientMsgId: randomUUID(), kind: "text", text: "look" });
    const conversationId = isRecord(sent) && isRecord(sent["data"]) && isRecord(sent["data"]["message"]) ? sent["data"]["message"]["conversationId"] : null;
    expect(await ask(agent, "conversation:open", { conversationId })).toMatchObject({ ok: true });
    expect(await ask(agent, "presence:watch", {})).toMatchObject({ ok: true });
    client.send({ type: "typing", content: { on: true } });
    expect(await agent.nextObject({ type: "typing" })).toMatchObject({ content: { conversationId, on: true } });
  });

  it("takes its content as a JSON string too, and tells events as the last frame was", async () => {
    const grant = await makeGuest(node);
    const [client, other] = [await open(grant), await open(grant)];
    expect(await ask(client, "message:send", JSON.stringify({ clientMsgId: randomUUID(), kind: "text", text: "one" }))).toMatchObject({ ok: true });
    await ask(other, "message:send", { clientMsgId: randomUUID(), kind: "text", text: "two" });
    const { content } = await client.nextObject({ type: "message:created" });
    expect(JSON.parse(String(content))).toMatchObject({ messages: [{ text: "two" }] });
    client.send("ping");
    await client.next((frame) => frame === "pong");
    await ask(client, "heartbeat", {});
    await ask(other, "message:send", { clientMsgId: randomUUID(), kind: "text", text: "three" });
    await client.next((frame) => frame.includes("three"));
    expect(client.objects.at(-1)).toMatchObject({ type: "message:created", content: { messages: [{ text: "three" }] } });
  });

  it.each([
    ["no JSON", "{", null],
    ["a list", "[]", null],
    ["null", "null", null],
    ["no type", `{"id":1,"content":{}}`, 1],
    ["a type that is no text", `{"type":5,"id":"a"}`, "a"],
    ["an unknown command", `{"type":"join","content":{"room":"waiters"},"id":2}`, 2],
    ["S31 an event's name", `{"type":"message:created","content":{},"id":3}`, 3],
    ["a content that is no JSON", `{"type":"heartbeat","content":"{","id":4}`, 4],
    ["S72 a prototype's name", `{"type":"__proto__","content":{"__proto__":{"isAdmin":true}},"id":5}`, 5],
    ["a content of another type", `{"type":"conversation:sync","content":7,"id":6}`, 6],
    ["an id that is an object", `{"type":"nothing","id":{}}`, null],
    ["S77 what is nested too deeply", `{"type":"message:send","content":${"[".repeat(20_000)}${"]".repeat(20_000)},"id":8}`, 8],
  ])("answers %s with bad_request", async (_, frame, id) => {
    const client = await open(await makeGuest(node));
    client.send(frame);
    expect(await client.nextObject({ type: "ack" })).toEqual({
      type: "ack", id, content: { ok: false, error: { code: "bad_request", message: expect.any(String), retryable: false, requestId: expect.any(String), ...(frame.includes("sync") ? { details: expect.anything() } : {}) } },
    });
    expect(Reflect.get({}, "isAdmin")).toBeUndefined();
  });

  it("answers a binary frame with bad_request", async () => {
    const client = await open(await makeGuest(node));
    client.socket.send(Buffer.from(`{"type":"heartbeat"}`));
    expect(await client.nextObject({ type: "ack" })).toMatchObject({ id: null, content: { error: { code: "bad_request" } } });
  });

  it("handles the commands of one session in their order, however many come at once", async () => {
    const client = await open(await makeGuest(node));
    for (let n = 1; n <= 200; n += 1) client.send({ type: "message:send", content: { clientMsgId: randomUUID(), kind: "text", text: `${n}` }, id: n });
    await client.nextObject({ type: "ack", id: 200 });
    const acks = client.objects.filter((frame) => isRecord(frame) && frame["type"] === "ack");
    expect(acks.map((ack) => (isRecord(ack) ? ack["id"] : null))).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
    expect(acks[199]).toMatchObject({ content: { data: { message: { seq: 200, text: "200" } } } });
  });

  it("renews its token, and ends with somebody else's (S18)", async () => {
    const [mine, other] = [await makeGuest(node), await makeGuest(node)];
    const client = await open(mine);
    expect(await ask(client, "token:refresh", { token: mine.token })).toMatchObject({ ok: true });
    expect(await ask(client, "token:refresh", { token: other.token })).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(await client.nextObject({ type: "session:bye" })).toMatchObject({ content: { code: "revoked", reconnectInMs: null } });
    expect((await client.closed).code).toBe(4401);
  });

  it("limits heartbeats to five a second", async () => {
    const strict = await startTestNode({ RATE_LIMIT_EXEMPT: "" });
    const client = await openSocket(strict, `/ws?token=${(await makeGuest(strict)).token}`);
    for (let n = 0; n < 6; n += 1) client.send("ping");
    expect(await client.nextObject({ type: "ack" })).toMatchObject({ id: null, content: { error: { code: "rate_limited" } } });
    expect(client.frames.filter((frame) => frame === "pong")).toHaveLength(5);
  });
});
