import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import type { Grant } from "#protocol/http.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { httpClient } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { makePicture } from "#server/testing/pictures.ts";
import { isRecord, openSocket, type SocketClient } from "#server/testing/web-socket.ts";

let node: TestNode;
let waiter: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  waiter = await connect(node, await makeStaff(node));
  await waiter.call("waiter:register", {});
});

const numbered = ({ token }: Grant, query = ""): Promise<SocketClient> => openSocket(node, `/webSocket/me?token=${token}${query}`);
const plain = ({ token }: Grant, query = ""): Promise<SocketClient> => openSocket(node, `/ws/me?token=${token}${query}`);

/** Sends a text over a gateway of plain text and answers the conversation that got it. */
async function write(client: SocketClient, text: string): Promise<string> {
  client.send(text);
  const { messages } = await waiter.next("message:created", (event) => event.messages.some((message) => message.kind === "text" && message.text === text));
  return messages.find((message) => message.kind === "text" && message.text === text)?.conversationId ?? "";
}

async function pushTo({ user }: Grant, content: unknown): Promise<void> {
  await httpClient(node, (await makeStaff(node, "admin")).token)("POST", "/api/v1/push", { body: { to: { userIds: [user.id] }, type: "order", content } });
}

async function attach(conversationId: string): Promise<string> {
  const form = new FormData();
  form.set("conversationId", conversationId);
  form.set("file", new Blob([new Uint8Array(await makePicture("png"))]), "p.png");
  const { body } = await httpClient(node, waiter.token)("POST", "/api/v1/attachments", { raw: form });
  return isRecord(body) ? String(body["id"]) : "";
}

describe("/webSocket/{id}", () => {
  it("takes any text as a message, and tells texts in steps", async () => {
    const client = await numbered(await makeGuest(node));
    const conversationId = await write(client, `{"not":"a frame ${randomUUID()}"}`);
    await waiter.say("<b>'hi'", conversationId);
    expect(JSON.parse((await client.count(1))[0] ?? "")).toEqual({ step: 1, type: 2, msg: "&lt;b&gt;&#39;hi&#39;" });
  });

  it.each(["Hello WebSockets!", "ping", "heartbeat"])("answers %s with the same text in step 0 and stores nothing", async (text) => {
    const grant = await makeGuest(node);
    const client = await numbered(grant);
    client.send(text);
    expect(JSON.parse((await client.count(1))[0] ?? "")).toEqual({ step: 0, type: 2, msg: text });
    expect(await node.node.database.prisma.message.count({ where: { senderId: grant.user.id } })).toBe(0);
  });

  it("ignores empty frames; errors are step -1", async () => {
    const client = await numbered(await makeGuest(node));
    client.send("");
    client.send(" ");
    client.send("x".repeat(4_001));
    client.socket.send(Buffer.from("binary"));
    const frames = await client.count(3);
    for (const frame of frames) expect(JSON.parse(frame)).toEqual({ step: -1, type: 2, msg: expect.any(String), error: "bad_request" });
  });

  it("gives staff an error", async () => {
    const client = await numbered(await makeStaff(node));
    client.send("who reads this?");
    expect(await client.nextObject({ step: -1 })).toMatchObject({ error: "bad_request" });
    client.send("ping");
    expect(await client.nextObject({ step: 0 })).toMatchObject({ msg: "ping" });
  });

  it("sends the object of a push as it is, with a step and a type, its texts as entities", async () => {
    const grant = await makeGuest(node);
    const client = await numbered(grant);
    client.send("ping");
    await client.count(1);
    await pushTo(grant, { msg: "<b>", list: [{ a: "'" }], n: 1 });
    await pushTo(grant, { step: 7, type: "own", msg: "x" });
    await pushTo(grant, "<text>");
    await pushTo(grant, [1]);
    expect((await client.count(5)).slice(1).map((frame) => JSON.parse(frame))).toEqual([
      { step: 1, type: 2, msg: "&lt;b&gt;", list: [{ a: "&#39;" }], n: 1 },
      { step: 7, type: "own", msg: "x" },
      { step: 1, type: 2, msg: "&lt;text&gt;" },
      { step: 1, type: 2, msg: "[1]" },
    ]);
  });

  it("leaves texts as they are with raw=1", async () => {
    const grant = await makeGuest(node);
    const client = await numbered(grant, "&raw=1");
    client.send("ping");
    await client.count(1);
    await pushTo(grant, { msg: "<b>" });
    expect(await client.nextObject({ msg: "<b>" })).toEqual({ step: 1, type: 2, msg: "<b>" });
  });
});

describe("/ws/{id}", () => {
  it("takes any text, ping too, and tells bare texts", async () => {
    const client = await plain(await makeGuest(node));
    const conversationId = await write(client, "ping");
    client.send("");
    await waiter.say("a & b", conversationId);
    expect(await client.count(1)).toEqual(["a &amp; b"]);
    const { messages } = await waiter.call("conversation:sync", { conversationId, after: 0 });
    expect(messages).toMatchObject([{ text: "ping" }, { text: "a & b" }]);
  });

  it("tells pictures by their absolute address, a text before them, notices as title：body", async () => {
    const grant = await makeGuest(node);
    const client = await plain(grant);
    const conversationId = await write(client, `look ${randomUUID()}`);
    const attachmentIds = [await attach(conversationId), await attach(conversationId)];
    await waiter.call("message:send", { clientMsgId: randomUUID(), conversationId, kind: "image", text: "two", attachmentIds });
    const [text, ...pictures] = await client.count(3);
    expect(text).toBe("two");
    for (const picture of pictures) {
      expect(picture).toMatch(/^http:\/\/localhost:\d+\/api\/v1\/attachments\/[^\s"'<>&]+$/);
      expect((await fetch(picture)).status).toBe(200);
    }
    const admin = httpClient(node, (await makeStaff(node, "admin")).token);
    const made = await admin("POST", "/api/v1/notices", { body: { title: "停机", body: "<今晚>", level: "info", audience: "everyone" } });
    await admin("POST", `/api/v1/notices/${isRecord(made.body) ? String(made.body["id"]) : ""}/push`);
    expect((await client.count(4))[3]).toBe("停机：&lt;今晚&gt;");
    await pushTo(grant, { text: "pushed" });
    expect((await client.count(5))[4]).toBe("pushed");
  });

  it("gives staff an error as a text, and no notes", async () => {
    const staff = await makeStaff(node);
    await httpClient(node, staff.token)("PUT", "/api/v1/waiters/me");
    const [agent, client] = [await plain(staff), await plain(await makeGuest(node))];
    agent.send("x");
    expect(await agent.count(1)).toEqual([expect.stringContaining("conversation")]);
    const conversationId = await write(client, `note ${randomUUID()}`);
    await agent.count(2);
    await waiter.call("message:send", { clientMsgId: randomUUID(), conversationId, kind: "note", text: "secret" });
    await waiter.say("seen", conversationId);
    expect((await agent.count(3))[2]).toBe("seen");
    expect(await client.count(1)).toEqual(["seen"]);
  });
});

describe("what was missed", () => {
  it.each([["/webSocket/me", (frame: string) => JSON.parse(frame).msg], ["/ws/me", (frame: string) => frame]])("comes as the first frames of %s, once", async (path, textOf) => {
    const grant = await makeGuest(node);
    const connectAgain = () => openSocket(node, `${path}?token=${grant.token}`);
    const first = await connectAgain();
    const conversationId = await write(first, `begin ${randomUUID()}`);
    await waiter.say("live", conversationId);
    await first.count(1);
    first.socket.close();
    await first.closed;
    await waiter.say("missed 1", conversationId);
    await waiter.call("message:send", { clientMsgId: randomUUID(), conversationId, kind: "note", text: "a note" });
    await waiter.say("missed 2", conversationId);
    const second = await connectAgain();
    await second.count(2);
    await waiter.say("live again", conversationId);
    expect((await second.count(3)).map(textOf)).toEqual(["missed 1", "missed 2", "live again"]);
    second.socket.close();
    await second.closed;
    const third = await connectAgain();
    await waiter.say("new", conversationId);
    expect((await third.count(1)).map(textOf)).toEqual(["new"]);
  });

  it("is at most the last twenty texts, and nothing that one wrote oneself", async () => {
    const grant = await makeGuest(node);
    const browser = await connect(node, grant);
    const { conversationId } = await browser.say("from the browser");
    for (let n = 1; n <= 25; n += 1) await waiter.say(`text ${n}`, conversationId);
    const client = await plain(grant);
    expect(await client.count(20)).toEqual(Array.from({ length: 20 }, (_, n) => `text ${n + 6}`));
  });

  it("is not what another client of the same user has got", async () => {
    const grant = await makeGuest(node);
    const browser = await connect(node, grant);
    const { conversationId } = await browser.say("hello");
    const { seq } = await waiter.say("read in the browser", conversationId);
    await browser.call("conversation:read", { delivered: seq });
    await waiter.say("not yet", conversationId);
    expect(await (await plain(grant)).count(1)).toEqual(["not yet"]);
  });

  it("is marked as delivered once the client has got it, which the other side sees", async () => {
    const client = await plain(await makeGuest(node));
    const conversationId = await write(client, `mark ${randomUUID()}`);
    await waiter.call("conversation:open", { conversationId });
    const { seq } = await waiter.say("did you get it?", conversationId);
    const { receipts } = await waiter.next("receipt:updated", (event) => event.conversationId === conversationId);
    expect(receipts.customer).toEqual({ delivered: seq, read: 0 });
  });

  it("is not marked by a client that does not answer", async () => {
    const grant = await makeGuest(node);
    const client = await openSocket(node, `/ws/me?token=${grant.token}`, { autoPong: false });
    const conversationId = await write(client, `deaf ${randomUUID()}`);
    await waiter.say("lost on the way", conversationId);
    await client.count(1);
    client.socket.terminate();
    await client.closed;
    await expect.poll(() => node.node.sessions.ofUser(grant.user.id).length).toBe(0);
    expect(await (await plain(grant)).count(1)).toEqual(["lost on the way"]);
  });
});
