import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { httpClient } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { makeFrame, openRawSocket } from "#server/testing/raw-web-socket.ts";
import { isRecord, openSocket, type SocketClient } from "#server/testing/web-socket.ts";

let node: TestNode;
let waiter: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  waiter = await connect(node, await makeStaff(node, "agent", "Mei"));
  await waiter.call("waiter:register", {});
});

/** The texts of a conversation as the database has them. */
async function storedTexts(conversationId: string): Promise<string[]> {
  const rows = await node.node.database.prisma.message.findMany({ where: { conversationId }, orderBy: { seq: "asc" }, select: { body: true } });
  return rows.map(({ body }) => body);
}

/** The texts that a client of `/ws` has, in the order of their seq: as its events and answers told them. */
function typedTexts(client: SocketClient): string[] {
  const bySeq = new Map<number, string>();
  for (const frame of client.objects) {
    const content = isRecord(frame) ? frame["content"] : null;
    const answered = isRecord(content) && isRecord(content["data"]) ? [content["data"]["message"]] : [];
    const told = isRecord(content) && Array.isArray(content["messages"]) ? content["messages"] : [];
    for (const message of [...answered, ...told]) if (isRecord(message) && message["kind"] === "text") bySeq.set(Number(message["seq"]), String(message["text"]));
  }
  return [...bySeq].toSorted(([a], [b]) => a - b).map(([, text]) => text);
}

describe("clients of all gateways in one conversation", () => {
  it("see the same messages, in the same order, once", async () => {
    const grant = await makeGuest(node);
    const url = (path: string): string => `${path}?token=${grant.token}`;
    const browser = await connect(node, grant);
    const { conversationId } = await browser.say("begin");
    const [rayim, typed, infra, numbered, plain] = await Promise.all(["/rayim", "/ws", "/infra/ws", "/webSocket/me", "/ws/me"].map((path) => openSocket(node, url(path))));
    if (rayim === undefined || typed === undefined || infra === undefined || numbered === undefined || plain === undefined) throw new Error("no clients");
    for (const client of [rayim, numbered]) client.send(client === rayim ? "rayHeartBeat" : "ping");
    await Promise.all([rayim.count(1), numbered.count(1), typed.count(1)]);
    await expect.poll(() => node.node.sessions.ofUser(grant.user.id).length).toBe(6);
    const rounds = 15;
    const work: Promise<unknown>[] = [];
    for (let n = 0; n < rounds; n += 1) {
      rayim.send({ code: 1, msg: `rayim ${n}` });
      typed.send({ type: "message:send", content: { clientMsgId: randomUUID(), kind: "text", text: `typed ${n}` } });
      infra.send({ type: "demo-message-send", content: JSON.stringify({ text: `infra ${n}` }) });
      numbered.send(`numbered ${n}`);
      plain.send(`plain ${n}`);
      work.push(browser.say(`browser ${n}`), waiter.say(`agent ${n}`, conversationId));
    }
    await Promise.all(work);
    const total = 1 + rounds * 7;
    await expect.poll(async () => (await storedTexts(conversationId)).length).toBe(total);
    const stored = (await storedTexts(conversationId)).slice(1);
    await rayim.count(total);
    const seen = rayim.objects.filter(isRecord).map(({ msg, seq }) => ({ msg, seq }));
    expect(seen).toEqual(stored.map((msg, n) => ({ msg, seq: n + 2 })));
    await expect.poll(() => typedTexts(typed)).toEqual(stored);
    // What these sent themselves stands on their screens already.
    const others = (own: string): string[] => stored.filter((text) => !text.startsWith(own));
    await infra.count(rounds * 6);
    expect(infra.objects.map((frame) => JSON.parse(String(isRecord(frame) ? frame["content"] : "")).text)).toEqual(others("infra"));
    await numbered.count(1 + rounds * 6);
    expect(numbered.objects.filter((frame) => isRecord(frame) && frame["step"] === 1).map((frame) => (isRecord(frame) ? frame["msg"] : ""))).toEqual(others("numbered"));
    await plain.count(rounds * 6);
    expect(plain.frames).toEqual(others("plain"));
    const { messages } = await waiter.call("conversation:sync", { conversationId, after: 1 });
    expect(messages.map((message) => (message.kind === "hidden" ? "" : message.text))).toEqual(stored);
  });

  it("hear of notices and pushes alike, and the sender of a push of how many", async () => {
    const grant = await makeGuest(node);
    const browser = await connect(node, grant);
    const clients = await Promise.all(["/rayim", "/ws", "/infra/ws", "/webSocket/me", "/ws/me"].map((path) => openSocket(node, `${path}?token=${grant.token}`)));
    await expect.poll(() => node.node.sessions.ofUser(grant.user.id).length).toBe(6);
    const admin = await makeStaff(node, "admin");
    const answer = await fetch(`${node.url}/api/v1/push`, {
      method: "POST",
      headers: { authorization: `Bearer ${admin.token}`, "content-type": "application/json" },
      body: JSON.stringify({ to: { userIds: [grant.user.id] }, type: "hint", content: "for all of you" }),
    });
    expect(await answer.json()).toEqual({ delivered: 6, offline: [] });
    for (const client of clients) await client.next((frame) => frame.includes("for all of you"));
    expect(await browser.next("push")).toEqual({ type: "hint", content: "for all of you" });
  });
});

describe("a client that does not read", () => {
  it("is closed, others are not", async () => {
    const grant = await makeGuest(node);
    const slow = await openRawSocket(node.port, `/ws/me?token=${grant.token}`);
    const quick = await openSocket(node, `/ws/me?token=${grant.token}`);
    await expect.poll(() => node.node.sessions.ofUser(grant.user.id).length).toBe(2);
    slow.tcp.pause();
    const push = httpClient(node, (await makeStaff(node, "admin")).token);
    const sessions = () => node.node.sessions.ofUser(grant.user.id);
    let n = 0;
    // Quickly, because a client that answers no ping for ten seconds is taken for dead, and gets no goodbye.
    async function flood(): Promise<void> {
      while (sessions().length === 2 && sessions().every(({ transport }) => transport.backlog().bytes <= 1024 * 1024)) {
        const body = { to: { userIds: [grant.user.id] }, type: "flood", content: "x".repeat(60_000) };
        await Promise.all(Array.from({ length: 10 }, () => push("POST", "/api/v1/push", { body })));
        n += 10;
      }
    }
    // The goodbye waits five seconds for a client that begins to read again.
    async function readAgain(): Promise<void> {
      await expect.poll(() => sessions().length, { timeout: 50_000, interval: 20 }).toBe(1);
      slow.tcp.resume();
    }
    await Promise.all([flood(), readAgain()]);
    expect(await slow.closed).toBe(4509);
    await quick.count(n);
  });
});

it("goes on where a large frame of brackets ended", async () => {
  const { token } = await makeGuest(node);
  const raw = await openRawSocket(node.port, `/rayim?rayAccessToken=${token}`);
  raw.write(makeFrame({ opcode: 1, payload: "[".repeat(10 * 1024 * 1024) }));
  raw.write(makeFrame({ opcode: 1, payload: `{"code":2,"msg":"data:image/png;base64,${"A".repeat(1000)}","x":${"[".repeat(9 * 1024 * 1024)}}` }));
  raw.write(makeFrame({ opcode: 8, payload: Buffer.from([3, 232]) }));
  expect(await raw.closed).toBe(1000);
});
