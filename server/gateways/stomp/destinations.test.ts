import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import type { Grant } from "#protocol/http.ts";
import { connect as connectBrowser, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { connectStomp, type StompClient, stompPath, subscribeStomp } from "#server/testing/stomp-client.ts";

let node: TestNode;
let admin: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  admin = await connectBrowser(node, await makeStaff(node, "admin"));
});

const evil = `<img src=x onerror="a('b')">&`;
const tame = "&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;";

async function expectRefused(grant: Pick<Grant, "token">, destination: string, code: string): Promise<void> {
  const client = await connectStomp(node, grant.token);
  client.send("SUBSCRIBE", { id: "1", destination, receipt: "r" });
  expect((await client.next("ERROR")).headers, destination).toMatchObject({ code, "receipt-id": "r" });
  await client.closed;
}

describe("a destination", () => {
  it("that is not for me, or that there is not, is forbidden and ends the connection (S32)", async () => {
    const guest = await makeGuest(node);
    const other = await makeGuest(node);
    const foreign = [
      "/topic/waiters", `/user/${other.user.id}/queue`, `/user/${other.user.id}/queue/events`, "/user/queue", "/topic/*", "/topic/../x", "/topic/", "/topic/#", "/topic/>",
      "/topic/conversation.*", "/topic/conversation.", `/chat/single/${other.user.id}`, "/chat/single/*", "/chat/single/", "/queue/events", "/app/heartbeat", "/topic/notices/x", "topic/notices", "/TOPIC/NOTICES",
    ];
    for (const destination of foreign) await expectRefused(guest, destination, "forbidden");
    await expectRefused(await makeStaff(node), "/topic/waiters", "forbidden");
  });

  it("of somebody else's conversation is not found, as of one that there is not", async () => {
    const owner = await connectBrowser(node, await makeGuest(node));
    const { conversationId } = await owner.say("mine");
    const guest = await makeGuest(node);
    await expectRefused(guest, `/topic/conversation.${conversationId}`, "not_found");
    await expectRefused(guest, `/topic/conversation.${randomUUID()}`, "not_found");
    await expectRefused(await makeStaff(node), `/topic/conversation.${randomUUID()}`, "not_found");
  });

  it("is subscribed to under an id of its own", async () => {
    const client = await subscribeStomp(node, await makeGuest(node), { one: "/topic/notices" });
    client.send("SUBSCRIBE", { id: "one", destination: "/topic/game_chat" });
    expect((await client.next("ERROR")).headers["code"]).toBe("bad_request");
  });

  it("is no longer told of after UNSUBSCRIBE", async () => {
    const guest = await makeGuest(node);
    const client = await subscribeStomp(node, guest, { a: "/topic/game_chat", b: "/topic/game_chat" });
    client.send("UNSUBSCRIBE", { id: "a", receipt: "gone" });
    await client.next("RECEIPT", { "receipt-id": "gone" });
    client.send("SEND", { destination: "/app/v1/chat" }, JSON.stringify({ content: "only b" }));
    await client.told("b", { body: ({ content }) => content === "only b" });
    expect(client.all("a")).toEqual([]);
  });
});

describe("/user/queue/events", () => {
  it("tells hello first and then every event of mine, named in a header, as it is", async () => {
    const guest = await makeGuest(node);
    const client = await subscribeStomp(node, guest, { events: "/user/queue/events" });
    expect(await client.told("events", { event: "hello" })).toMatchObject({ user: { id: guest.user.id }, heartbeatMs: 15_000 });
    const browser = await connectBrowser(node, guest);
    await browser.say(evil);
    expect(await client.told("events", { event: "message:created" })).toMatchObject({ messages: [{ text: evil, senderId: guest.user.id }] });
    expect(client.frames().find(({ command }) => command === "MESSAGE")?.headers["event"]).toBe("hello");
  });

  it("answers each command with an event ack that carries its id and its receipt", async () => {
    const client = await subscribeStomp(node, await makeGuest(node), { events: "/user/queue/events" });
    const clientMsgId = randomUUID();
    client.send("SEND", { destination: "/app/message:send", id: "7", receipt: "r7" }, JSON.stringify({ clientMsgId, kind: "text", text: "hi" }));
    await client.next("RECEIPT", { "receipt-id": "r7" });
    const { headers, body: answer } = await client.next("MESSAGE", { event: "ack", id: "7" });
    expect(headers).toMatchObject({ "receipt-id": "r7", command: "message:send" });
    expect(JSON.parse(answer)).toMatchObject({ ok: true, data: { duplicate: false, message: { clientMsgId, text: "hi", seq: 1 } } });
    expect(await client.ask("/app/heartbeat", {})).toMatchObject({ ok: true, data: { serverTime: expect.any(String) } });
    expect(await client.ask("/app/conversation:sync", { after: 0 })).toMatchObject({ ok: true, data: { head: 1 } });
  });

  it("tells of a refused SEND without a receipt, and the connection goes on", async () => {
    const client = await subscribeStomp(node, await makeGuest(node), { events: "/user/queue/events" });
    const refused: [string, string, string][] = [
      ["/app/conversation:list", `{"filter":"all"}`, "forbidden"],
      ["/app/message:send", `{"kind":"text"}`, "bad_request"],
      ["/app/message:send", "{", "bad_request"],
      ["/app/no:such", "{}", "bad_request"],
      ["/app/__proto__", "{}", "bad_request"],
      ["/topic/game_chat", "{}", "forbidden"],
      ["/app/v1/other", "{}", "forbidden"],
      ["/app/v1/chat", `{"content":" "}`, "bad_request"],
    ];
    for (const [index, [destination, text, code]] of refused.entries()) {
      client.send("SEND", { destination, id: `refused ${index}` }, text);
      const { body: error } = await client.next("MESSAGE", { event: "error", id: `refused ${index}` });
      expect(JSON.parse(error), destination).toMatchObject({ code, message: expect.any(String) });
    }
    expect(await client.ask("/app/heartbeat", {})).toMatchObject({ ok: true });
  });

  it("is not needed to hear of a refused SEND with a receipt, which ends the connection", async () => {
    const client = await connectStomp(node, (await makeGuest(node)).token);
    client.send("SEND", { destination: "/app/conversation:list", receipt: "r" }, `{"filter":"all"}`);
    expect((await client.next("ERROR")).headers).toMatchObject({ code: "forbidden", "receipt-id": "r" });
    expect((await client.closed).code).toBe(4403);
  });
});

describe("/topic/notices", () => {
  it("tells of notices for me, as HTML or raw", async () => {
    const customer = await makeGuest(node);
    const html = await subscribeStomp(node, customer, { n: "/topic/notices" });
    const raw = await subscribeStomp(node, { ...customer, path: `${stompPath}?raw=1` }, { n: "/topic/notices" });
    const answer = await fetch(`${node.url}/api/v1/notices`, {
      method: "POST", headers: { Authorization: `Bearer ${admin.token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ title: evil, body: "body", level: "info", audience: "customers" }),
    });
    const { id }: { id: string } = JSON.parse(await answer.text());
    await fetch(`${node.url}/api/v1/notices/${id}/push`, { method: "POST", headers: { Authorization: `Bearer ${admin.token}` } });
    expect(await html.told("n", { event: "notice:pushed" })).toMatchObject({ notice: { id, title: tame } });
    expect(await raw.told("n", { event: "notice:pushed" })).toMatchObject({ notice: { id, title: evil } });
  });
});

describe("/topic/waiters", () => {
  it("tells waiters of every customer's messages, until they are none", async () => {
    const staff = await makeStaff(node);
    const browser = await connectBrowser(node, staff);
    await browser.call("waiter:register", {});
    const client = await subscribeStomp(node, staff, { w: "/topic/waiters", events: "/user/queue/events" });
    const customer = await connectBrowser(node, await makeGuest(node));
    const { conversationId } = await customer.say(evil);
    const told = await client.told("w", { body: ({ messages }) => JSON.stringify(messages).includes(conversationId), event: "message:created" });
    expect(told).toMatchObject({ messages: expect.arrayContaining([expect.objectContaining({ conversationId, text: tame })]) });
    await browser.call("waiter:unregister", {});
    await customer.say("unheard");
    await client.settle();
    expect(JSON.stringify(client.all("w"))).not.toContain("unheard");
  });
});

describe("/topic/conversation.<id>", () => {
  it("tells its customer and staff what happens in it, own messages too, and customers no trace of notes", async () => {
    const guest = await makeGuest(node);
    const browser = await connectBrowser(node, guest);
    const { conversationId } = await browser.say("first");
    const staff = await makeStaff(node);
    const topic = `/topic/conversation.${conversationId}`;
    const [mine, theirs] = [await subscribeStomp(node, guest, { c: topic, events: "/user/queue/events" }), await subscribeStomp(node, staff, { c: topic, events: "/user/queue/events" })];
    await mine.ask("/app/message:send", { clientMsgId: randomUUID(), kind: "text", text: evil });
    await theirs.ask("/app/message:send", { clientMsgId: randomUUID(), conversationId, kind: "note", text: "a secret" });
    await theirs.ask("/app/message:send", { clientMsgId: randomUUID(), conversationId, kind: "text", text: "an answer" });
    await theirs.told("c", { body: ({ messages }) => JSON.stringify(messages).includes("an answer") });
    await mine.told("c", { body: ({ messages }) => JSON.stringify(messages).includes("an answer") });
    const texts = (client: StompClient): string[] => [...JSON.stringify(client.all("c")).matchAll(/"text":"([^"]*)"/g)].map(([, text = ""]) => text);
    expect(texts(mine)).toEqual([tame, "an answer"]);
    expect(texts(theirs)).toEqual([tame, "a secret", "an answer"]);
    expect(JSON.stringify(mine.all("c"))).not.toContain("hidden");
    await theirs.ask("/app/conversation:claim", { conversationId });
    expect(await mine.told("c", { event: "conversation:updated" })).toMatchObject({ conversation: { id: conversationId, assignee: { id: staff.user.id } } });
    await mine.ask("/app/typing", { on: true });
    expect(await theirs.told("c", { event: "typing" })).toMatchObject({ conversationId, on: true });
  });

  it("is looked at by staff as long as they are subscribed", async () => {
    const browser = await connectBrowser(node, await makeGuest(node));
    const { conversationId } = await browser.say("look");
    const staff = await makeStaff(node);
    const client = await subscribeStomp(node, staff, { c: `/topic/conversation.${conversationId}` });
    const [session] = node.node.sessions.ofUser(staff.user.id);
    expect([...(session?.opened ?? [])]).toEqual([conversationId]);
    client.send("UNSUBSCRIBE", { id: "c", receipt: "r" });
    await client.next("RECEIPT", { "receipt-id": "r" });
    expect([...(session?.opened ?? [])]).toEqual([]);
  });
});
