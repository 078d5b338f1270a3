import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import { connect as connectBrowser, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { makeCustomer } from "#server/testing/identities.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { subscribeStomp } from "#server/testing/stomp-client.ts";

let node: TestNode;
let admin: TestClient;
let waiter: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  admin = await connectBrowser(node, await makeStaff(node, "admin"));
  waiter = await connectBrowser(node, await makeStaff(node, "agent"));
  await waiter.call("waiter:register", {});
});

const evil = `<img src=x onerror="a('b')">&`;
const tame = "&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;";

describe("SEND /app/v1/chat", () => {
  it("of a customer is a text in its conversation, which its own topic and the waiters' show", async () => {
    const guest = await makeGuest(node);
    const staff = await makeStaff(node);
    await (await connectBrowser(node, staff)).call("waiter:register", {});
    const [customer, desk] = [await subscribeStomp(node, guest, { g: "/topic/game_chat", events: "/user/queue/events" }), await subscribeStomp(node, staff, { g: "/topic/game_chat" })];
    const answer = await customer.ask("/app/v1/chat", { content: evil, to: staff.user.id });
    expect(answer).toMatchObject({ ok: true, data: { content: evil, from: guest.user.id, to: null, time: expect.any(String) } });
    expect(await customer.told("g")).toEqual({ content: tame, from: guest.user.id, to: null, time: expect.any(String) });
    expect(await desk.told("g", { body: ({ from }) => from === guest.user.id })).toEqual({ content: tame, from: guest.user.id, to: null, time: expect.any(String) });
    const seen = await waiter.next("message:created", ({ messages }) => messages.some((message) => message.kind === "text" && message.senderId === guest.user.id));
    expect(seen.messages[0]).toMatchObject({ kind: "text", text: evil });
  });

  it("of staff to a customer is stored and shown to it, under our id or the host's", async () => {
    const customer = await makeCustomer(node, `host-${randomUUID()}`);
    const staff = await makeStaff(node);
    const sender = await subscribeStomp(node, staff, { events: "/user/queue/events" });
    const mine = await subscribeStomp(node, customer, { s: `/chat/single/${customer.user.externalId ?? ""}`, g: "/topic/game_chat" });
    const clientMsgId = randomUUID();
    for (const to of [customer.user.id, customer.user.externalId, `ext:${customer.user.externalId}`]) {
      expect(await sender.ask("/app/v1/chat", { content: "for you", to, clientMsgId })).toMatchObject({ ok: true, data: { content: "for you", from: staff.user.id, to: customer.user.id } });
    }
    const line = { content: "for you", from: staff.user.id, to: customer.user.id, time: expect.any(String) };
    expect(await mine.told("s")).toEqual(line);
    expect(await mine.told("g")).toEqual(line);
    await mine.settle();
    expect([mine.all("s"), mine.all("g")]).toEqual([[line], [line]]);
  });

  it("of staff to a colleague is pushed, to nobody not found", async () => {
    const [one, other] = [await makeStaff(node), await makeStaff(node)];
    const [sender, reader] = [await subscribeStomp(node, one, { events: "/user/queue/events" }), await subscribeStomp(node, other, { s: "/chat/single/me" })];
    expect(await sender.ask("/app/v1/chat", { content: "a word", to: other.user.id })).toMatchObject({ ok: true, data: { content: "a word", from: one.user.id, to: other.user.id } });
    expect(await reader.told("s")).toMatchObject({ content: "a word", from: one.user.id, to: other.user.id });
    sender.send("SEND", { destination: "/app/v1/chat", id: "x" }, JSON.stringify({ content: "a word", to: "nobody-we-know" }));
    expect((await sender.next("MESSAGE", { event: "error", id: "x" })).headers["code"]).toBe("not_found");
  });

  it("of staff to nobody goes to all, with the right to push", async () => {
    const guest = await makeGuest(node);
    const everyone = await subscribeStomp(node, guest, { g: "/topic/game_chat", s: "/chat/single/me", events: "/user/queue/events" });
    const boss = await subscribeStomp(node, admin, { events: "/user/queue/events" });
    expect(await boss.ask("/app/v1/chat", { content: evil })).toMatchObject({ ok: true, data: { content: evil, from: admin.user.id, to: null } });
    expect(await everyone.told("g")).toEqual({ content: tame, from: admin.user.id, to: null, time: expect.any(String) });
    expect(await everyone.told("events", { event: "push" })).toMatchObject({ type: "chat", content: { text: evil, from: admin.user.id } });
    expect(everyone.all("s")).toEqual([]);
    expect(await admin.next("push", ({ type }) => type === "chat")).toMatchObject({ content: { text: evil } });
    const agent = await subscribeStomp(node, await makeStaff(node), { events: "/user/queue/events" });
    agent.send("SEND", { destination: "/app/v1/chat", id: "x" }, JSON.stringify({ content: "to all" }));
    expect((await agent.next("MESSAGE", { event: "error", id: "x" })).headers["code"]).toBe("forbidden");
  });
});

describe("/chat/single/<my id>", () => {
  it("is mine under our id, the host's, or me", async () => {
    const customer = await makeCustomer(node, `host-${randomUUID()}`);
    const client = await subscribeStomp(node, customer, { a: "/chat/single/me", b: `/chat/single/${customer.user.id}`, c: `/chat/single/${customer.user.externalId ?? ""}` });
    const answer = await fetch(`${node.url}/api/v1/push`, {
      method: "POST", headers: { Authorization: `Bearer ${admin.token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ to: { userIds: [customer.user.id] }, type: "anything", content: evil }),
    });
    expect(await answer.json()).toMatchObject({ offline: [] });
    for (const subscription of ["a", "b", "c"]) {
      expect(await client.told(subscription)).toEqual({ content: tame, from: null, to: customer.user.id, time: expect.any(String) });
    }
  });

  it("shows an agent what the customers write who are assigned to it", async () => {
    const staff = await makeStaff(node);
    const browser = await connectBrowser(node, await makeGuest(node));
    const { conversationId } = await browser.say("before");
    const agent = await connectBrowser(node, staff);
    await agent.call("conversation:claim", { conversationId });
    const client = await subscribeStomp(node, staff, { s: "/chat/single/me" });
    await browser.say("after");
    expect(await client.told("s")).toMatchObject({ content: "after", from: browser.user.id, to: null });
  });
});

describe("plain texts", () => {
  it("begin with what a customer has missed since it was last connected", async () => {
    const guest = await makeGuest(node);
    const browser = await connectBrowser(node, guest);
    const { conversationId } = await browser.say("anybody there?");
    const staff = await connectBrowser(node, await makeStaff(node));
    await staff.say("yes", conversationId);
    const first = await subscribeStomp(node, guest, { s: "/chat/single/me" });
    expect(await first.told("s")).toMatchObject({ content: "yes" });
    first.close();
    await first.closed;
    await staff.say("still here", conversationId);
    const second = await subscribeStomp(node, guest, { s: "/chat/single/me", g: "/topic/game_chat" });
    expect(await second.told("g")).toMatchObject({ content: "still here" });
    await staff.say("and now", conversationId);
    await second.told("s", { body: ({ content }) => content === "and now" });
    expect(second.all("s").map((one) => JSON.stringify(one))).toEqual([expect.stringContaining("still here"), expect.stringContaining("and now")]);
  });

  it("come in order and once, however fast they are sent", async () => {
    const guest = await makeGuest(node);
    const browser = await connectBrowser(node, guest);
    await browser.say("0");
    const client = await subscribeStomp(node, guest, { g: "/topic/game_chat" });
    await Promise.all(Array.from({ length: 100 }, (_, n) => browser.say(String(n + 1))));
    await client.told("g", { body: () => client.all("g").length === 100 });
    const { rows } = await node.node.database.pool.query<{ body: string }>(
      `select body from "Message" where "senderId" = $1 and seq > 1 order by seq`, [guest.user.id],
    );
    expect(client.all("g")).toEqual(rows.map(({ body: content }) => expect.objectContaining({ content })));
  });
});
