import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import type { Grant } from "#protocol/http.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { httpClient } from "#server/testing/http-client.ts";
import { makeCustomer } from "#server/testing/identities.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { makePhotograph, makePicture, pngHeader, pngSignature } from "#server/testing/pictures.ts";
import { isRecord, openSocket, type SocketClient } from "#server/testing/web-socket.ts";

let node: TestNode;
let waiter: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  waiter = await connect(node, await makeStaff(node, "agent", "Mei"));
  await waiter.call("waiter:register", {});
});

const open = ({ token }: Grant, query = ""): Promise<SocketClient> => openSocket(node, `/rayim?rayAccessToken=${token}${query}`);
const dataUrl = (mime: string, bytes: Buffer): string => `data:${mime};base64,${bytes.toString("base64")}`;

/** A client and the conversation that its first message made. */
async function openWithConversation(query = ""): Promise<SocketClient & { conversationId: string; grant: Grant }> {
  const grant = await makeGuest(node);
  const client = await open(grant, query);
  client.send({ code: 1, msg: "first" });
  const { conversationId } = await client.nextObject({ self: true });
  return { ...client, conversationId: String(conversationId), grant };
}

describe("what comes in", () => {
  it("rayHeartBeat is answered, and nothing else happens", async () => {
    const grant = await makeGuest(node);
    const client = await open(grant);
    client.send("rayHeartBeat");
    expect(await client.count(1)).toEqual(["rayImHeartBeatFeedback"]);
    expect(await node.node.database.prisma.conversation.count({ where: { customerId: grant.user.id } })).toBe(0);
  });

  it("code 1 is a text, which comes back with self and reaches the waiters", async () => {
    const grant = await makeGuest(node, "Lin");
    const client = await open(grant);
    client.send({ code: 1, msg: "你好" });
    const frame = await client.nextObject({ code: 1 });
    const { messages } = await waiter.next("message:created", (event) => event.messages.some((message) => message.kind !== "hidden" && message.senderId === grant.user.id));
    const [message] = messages;
    if (message === undefined || message.kind === "hidden") throw new Error("no message");
    expect(message).toMatchObject({ text: "你好", kind: "text", seq: 1 });
    expect(frame).toEqual({
      code: 1, msg: "你好", kind: "text", id: message.id, seq: 1, conversationId: message.conversationId,
      from: grant.user.id, fromName: "Lin", role: "customer", at: message.createdAt, self: true,
    });
  });

  it("an id is answered with the place, and one that is a UUID makes a repeat harmless", async () => {
    const client = await open(await makeGuest(node));
    client.send({ code: 1, msg: "once", id: 7 });
    expect(await client.nextObject({ code: 0 })).toEqual({ code: 0, id: 7, seq: 1 });
    const id = randomUUID();
    client.send({ code: 1, msg: "twice", id });
    client.send({ code: 1, msg: "twice", id });
    client.send({ code: 1, msg: "last", id: "end" });
    expect(await client.nextObject({ code: 0, id: "end" })).toEqual({ code: 0, id: "end", seq: 3 });
    expect(client.objects.filter((frame) => isRecord(frame) && frame["id"] === id)).toEqual([{ code: 0, id, seq: 2 }, { code: 0, id, seq: 2 }]);
    client.send({ code: 1, msg: "another", id });
    expect(await client.nextObject({ code: -1 })).toMatchObject({ error: "conflict", id });
  });

  it.each(["just a text", "{", "[1]", "null", "12", `{"code":3,"msg":"x"}`, `{"msg":"x"}`, `{"code":"1","msg":"x"}`, "rayHeartBeat ", "data:image/png;base64,AAAA"])("any other text frame is a message: %s", async (text) => {
    const client = await open(await makeGuest(node), "&raw=1");
    client.send(text);
    expect(await client.count(1)).toEqual([text]);
  });

  it.each([
    ["no msg", { code: 1 }],
    ["a number for msg", { code: 1, msg: 5 }],
    ["null for a picture", { code: 2, msg: null }],
    ["an empty msg", { code: 1, msg: "" }],
    ["blanks", { code: 1, msg: " " }],
    ["S70 NUL", { code: 1, msg: "\u0000" }],
    ["S71 too long a text", { code: 1, msg: "x".repeat(4_001) }],
  ])("%s is an error", async (_, frame) => {
    const client = await open(await makeGuest(node));
    client.send(frame);
    expect(await client.nextObject({ code: -1 })).toEqual({ code: -1, msg: expect.any(String), error: "bad_request" });
  });

  it("an empty frame and a binary one are errors", async () => {
    const client = await open(await makeGuest(node));
    client.send("");
    client.socket.send(Buffer.from("binary"));
    expect(await client.count(2)).toEqual([expect.stringContaining('"bad_request"'), expect.stringContaining('"bad_request"')]);
  });
});

describe("pictures", () => {
  it("code 2 goes through the pipeline of uploads and comes back with an absolute address", async () => {
    const client = await openWithConversation();
    client.send({ code: 2, msg: dataUrl("image/png", await makePicture("png")), id: 1 });
    expect(await client.nextObject({ code: 0 })).toEqual({ code: 0, id: 1, seq: 2 });
    const frame = await client.nextObject({ code: 2 });
    expect(frame).toMatchObject({ kind: "image", seq: 2, self: true });
    expect(frame["msg"]).toMatch(new RegExp(`^http://localhost:${node.port}/api/v1/attachments/[^"'<>&\\s]+$`));
    const picture = await fetch(String(frame["msg"]));
    expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/webp"]);
    const { messages } = await waiter.call("conversation:sync", { conversationId: client.conversationId, after: 1 });
    expect(messages[0]).toMatchObject({ kind: "image", attachments: [{ width: 64, height: 48 }] });
  });

  it("may be larger than the frames of other gateways, with slashes as PHP writes them", async () => {
    const client = await openWithConversation();
    const photograph = await makePhotograph({ width: 2_400, height: 1_800 });
    expect(photograph.length).toBeGreaterThan(500_000);
    client.send(JSON.stringify({ id: "big", msg: dataUrl("image/jpeg", photograph), code: 2 }).replaceAll("/", "\\/"));
    expect(await client.nextObject({ code: 0 })).toEqual({ code: 0, id: "big", seq: 2 });
  });

  it("sent again under the same UUID are stored once", async () => {
    const client = await openWithConversation();
    const frame = { code: 2, msg: dataUrl("image/png", await makePicture("png")), id: randomUUID() };
    client.send(frame);
    client.send(frame);
    client.send({ code: 1, msg: "after", id: "end" });
    await client.nextObject({ code: 0, id: "end" });
    expect(client.objects.filter((one) => isRecord(one) && one["id"] === frame.id)).toEqual([{ code: 0, id: frame.id, seq: 2 }, { code: 0, id: frame.id, seq: 2 }]);
  });

  it.each([
    ["another scheme", "http://x/y.png", "unsupported_media"],
    ["another type", dataUrl("text/html", Buffer.from("<b>")), "unsupported_media"],
    ["S85 an SVG", dataUrl("image/svg+xml", Buffer.from("<svg/>")), "unsupported_media"],
    ["S86 HTML that says it is a picture", dataUrl("image/png", Buffer.from("<html>")), "unsupported_media"],
    ["no base64", "data:image/png;base64,@@@@", "bad_request"],
    ["nothing", "data:image/png;base64,", "bad_request"],
    ["a picture cut short", dataUrl("image/png", Buffer.concat([pngSignature, pngHeader({ width: 64, height: 48 })])), "bad_image"],
  ])("refuse %s", async (_, msg, error) => {
    const client = await open(await makeGuest(node));
    client.send({ code: 2, msg });
    expect(await client.nextObject({ code: -1 })).toMatchObject({ error });
  });

  it("of more than 8 MB are too large, and frames of more than 11 MiB close with 1009 (S81)", async () => {
    const client = await open(await makeGuest(node));
    client.send({ code: 2, msg: `data:image/png;base64,${"A".repeat(8 * 1024 * 1024 * 4 / 3 + 8)}` });
    expect(await client.nextObject({ code: -1 })).toMatchObject({ error: "too_large" });
    client.send("x".repeat(11 * 1024 * 1024 + 1));
    expect((await client.closed).code).toBe(1009);
  });

  it("count against the limits of uploads (S97)", async () => {
    const strict = await startTestNode({ RATE_LIMIT_EXEMPT: "" });
    const grant = await makeGuest(strict);
    await strict.node.limits.count("uploadCount", { key: grant.user.id, address: "x", points: 60 });
    const client = await openSocket(strict, `/rayim?rayAccessToken=${grant.token}`);
    client.send({ code: 2, msg: dataUrl("image/png", await makePicture("png")) });
    expect(await client.nextObject({ code: -1 })).toMatchObject({ error: "rate_limited" });
  });
});

describe("staff", () => {
  it("name the customer by our id or by the host's, and need a name", async () => {
    const customer = await makeCustomer(node, "4711");
    const guest = await makeGuest(node);
    const [theirs, agent] = [await open(customer), await open(await makeStaff(node, "agent", "Ada"))];
    agent.send({ code: 1, msg: "by host id", to: "4711", id: 1 });
    agent.send({ code: 1, msg: "by number", to: 4711, id: 2 });
    agent.send({ code: 1, msg: "by prefix", to: "ext:4711", id: 3 });
    agent.send({ code: 1, msg: "by id", to: guest.user.id, id: 4 });
    expect(await agent.nextObject({ code: 0, id: 3 })).toEqual({ code: 0, id: 3, seq: 3 });
    expect(await agent.nextObject({ code: 0, id: 4 })).toEqual({ code: 0, id: 4, seq: 1 });
    const frame = await theirs.nextObject({ msg: "by prefix" });
    expect(frame).toMatchObject({ fromName: "Ada", role: "agent", seq: 3 });
    expect(frame).not.toHaveProperty("self");
    expect(await agent.nextObject({ msg: "by host id" })).toMatchObject({ self: true, seq: 1 });
    for (const to of [undefined, "", null, "nobody", randomUUID(), waiter.user.id, "\u0000", "x".repeat(300)]) {
      const before = agent.frames.length;
      agent.send({ code: 1, msg: "x", ...(to === undefined ? {} : { to }) });
      const frames = await agent.count(before + 1);
      expect(JSON.parse(frames[before] ?? ""), String(to)).toMatchObject({ code: -1 });
    }
    agent.send("bare");
    expect(await agent.nextObject({ code: -1, error: "bad_request" })).toMatchObject({ msg: expect.stringContaining("customer") });
  });

  it("send pictures", async () => {
    const grant = await makeGuest(node);
    const [theirs, agent] = [await open(grant), await open(await makeStaff(node))];
    agent.send({ code: 2, msg: dataUrl("image/png", await makePicture("png")), to: grant.user.id });
    expect(await theirs.nextObject({ code: 2 })).toMatchObject({ kind: "image", role: "agent" });
  });

  it("who are waiters get every customer's messages, with notes as such; others do not", async () => {
    const [registered, other] = [await makeStaff(node), await makeStaff(node)];
    const [rayimWaiter, outsider] = [await open(registered), await open(other)];
    await httpClient(node, registered.token)("PUT", "/api/v1/waiters/me");
    const client = await openWithConversation();
    expect(await rayimWaiter.nextObject({ conversationId: client.conversationId })).toMatchObject({ msg: "first", role: "customer" });
    await waiter.call("message:send", { clientMsgId: randomUUID(), conversationId: client.conversationId, kind: "note", text: "secret" });
    await waiter.say("public", client.conversationId);
    expect(await rayimWaiter.nextObject({ msg: "secret" })).toMatchObject({ kind: "note", code: 1 });
    await client.nextObject({ msg: "public" });
    expect(client.frames.join("")).not.toContain("secret");
    outsider.send("rayHeartBeat");
    expect(await outsider.count(1)).toEqual(["rayImHeartBeatFeedback"]);
  });
});

describe("what goes out", () => {
  it("is bare text to a session whose last message was bare, and frames again after one that was not", async () => {
    const client = await openWithConversation();
    client.send("bare <b>");
    await client.next((frame) => frame === "bare &lt;b&gt;");
    await waiter.say("answer", client.conversationId);
    await client.next((frame) => frame === "answer");
    client.send("rayHeartBeat");
    await waiter.say("still bare", client.conversationId);
    await client.next((frame) => frame === "still bare");
    client.send({ code: 1, msg: "in a frame" });
    await client.nextObject({ msg: "in a frame", self: true });
    await waiter.say("answer again", client.conversationId);
    expect(await client.nextObject({ msg: "answer again" })).toMatchObject({ code: 1, kind: "text" });
  });

  it("has the special characters of people's texts and names as entities, unless raw=1 (S67)", async () => {
    const grant = await makeGuest(node, `<i>"L"</i>`);
    const [safe, raw] = [await open(grant), await open(grant, "&raw=1")];
    const text = `<img src=x onerror="a('b')">&`;
    safe.send({ code: 1, msg: text });
    expect(await safe.nextObject({ code: 1 })).toMatchObject({ msg: "&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;", fromName: "&lt;i&gt;&quot;L&quot;&lt;/i&gt;" });
    expect(await raw.nextObject({ code: 1 })).toMatchObject({ msg: text, fromName: `<i>"L"</i>` });
    expect(JSON.stringify((await waiter.next("message:created", (event) => JSON.stringify(event).includes("onerror"))))).toContain("<img src=x");
  });

  it("tells notices and pushes as kind notice and push", async () => {
    const admin = httpClient(node, (await makeStaff(node, "admin")).token);
    const grant = await makeGuest(node);
    const client = await open(grant);
    client.send("rayHeartBeat");
    await client.count(1);
    const made = await admin("POST", "/api/v1/notices", { body: { title: "停机<", body: "今晚 8 点", level: "info", audience: "everyone" } });
    const noticeId = isRecord(made.body) ? made.body["id"] : null;
    await admin("POST", `/api/v1/notices/${String(noticeId)}/push`);
    expect(await client.nextObject({ kind: "notice" })).toMatchObject({ code: 1, msg: "停机&lt;：今晚 8 点", id: noticeId, seq: null, from: null });
    const push = (content: unknown) => admin("POST", "/api/v1/push", { body: { to: { userIds: [grant.user.id] }, type: "order", content } });
    await push("<b>paid</b>");
    expect(await client.nextObject({ kind: "push" })).toMatchObject({ code: 1, msg: "&lt;b&gt;paid&lt;/b&gt;", type: "order" });
    await push({ orderId: 5 });
    expect(await client.nextObject({ msg: "{&quot;orderId&quot;:5}" })).toMatchObject({ kind: "push" });
    await push({ title: "T", text: "U" });
    expect(await client.nextObject({ msg: "T：U" })).toMatchObject({ kind: "push" });
  });

  it("begins with what a customer missed", async () => {
    const client = await openWithConversation();
    client.socket.close();
    await client.closed;
    await waiter.say("while away 1", client.conversationId);
    await waiter.say("while away 2", client.conversationId);
    const again = await open(client.grant);
    again.send("rayHeartBeat");
    const frames = await again.count(3);
    expect(frames.map((frame) => (frame.startsWith("{") ? JSON.parse(frame).msg : frame))).toEqual(["while away 1", "while away 2", "rayImHeartBeatFeedback"]);
  });
});

it("heartbeats beyond five a second are errors, outside the limits of sends", async () => {
  const strict = await startTestNode({ RATE_LIMIT_EXEMPT: "" });
  const client = await openSocket(strict, `/rayim?rayAccessToken=${(await makeGuest(strict)).token}`);
  for (let n = 0; n < 6; n += 1) client.send("rayHeartBeat");
  expect(await client.nextObject({ code: -1 })).toMatchObject({ error: "rate_limited" });
  for (let n = 0; n < 20; n += 1) client.send({ code: 1, msg: `text ${n}`, id: n });
  expect(await client.nextObject({ code: 0, id: 19 })).toEqual({ code: 0, id: 19, seq: 20 });
});
