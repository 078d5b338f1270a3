import { SignJWT } from "jose";
import { createClient } from "redis";
import { beforeAll, describe, expect, it } from "vitest";

import { sessionRow } from "#protocol/http.ts";
import { authenticate } from "#server/auth/identity.ts";
import { type Cluster, startCluster } from "#server/testing/cluster.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { expectProblem, httpClient, pageOf, read } from "#server/testing/http-client.ts";
import type { TestNode } from "#server/testing/node.ts";

import type { Caller } from "./node.ts";
import { createNotice, pushNotice, updateNotice, withdrawNotice } from "./notice-board.ts";
import { sweep } from "./sweep.ts";

/* What happens on one node is seen on the others: the bus works. */

let cluster: Cluster;
let one: TestNode;
let two: TestNode;
let three: TestNode;

beforeAll(async () => {
  cluster = await startCluster();
  [one, two, three] = cluster.nodes;
});

const within = { timeout: 8_000, interval: 20 };

const adminOn = async ({ node }: TestNode): Promise<Caller> => {
  const identity = await authenticate(node, (await makeStaff(one, "admin", "Ada")).token);
  return { node, identity, session: null, address: "127.0.0.1", requestId: null };
};

/** How often a client got this message as new. */
function timesSeen({ received }: TestClient, id: string): number {
  return received.filter(({ name, payload }) => name === "message:created" && JSON.stringify(payload).includes(`"id":"${id}"`)).length;
}

describe("between three nodes", () => {
  it("brings messages to the customer's other device and to waiters, once, and to no other staff", async () => {
    const grant = await makeGuest(one, "Lin");
    const [phone, laptop] = [await connect(one, grant), await connect(two, grant)];
    const [waiter, colleague] = [await connect(three, await makeStaff(three)), await connect(two, await makeStaff(two))];
    await waiter.call("waiter:register", {});
    const sent = [await phone.say("one"), await laptop.say("two"), await phone.say("three")];
    const last = sent.at(-1)?.id ?? "";
    await waiter.next("message:created", ({ messages }) => messages.some((message) => "id" in message && message.id === last));
    await laptop.next("message:created", ({ messages }) => messages.some((message) => "id" in message && message.id === last));
    const reply = await waiter.say("yes?", sent[0]?.conversationId);
    await phone.next("message:created", ({ messages }) => messages.some((message) => "id" in message && message.id === reply.id));
    expect(sent.map(({ id }) => timesSeen(waiter, id))).toEqual([1, 1, 1]);
    expect(sent.map(({ id }) => timesSeen(laptop, id))).toEqual([1, 0, 1]);
    expect(sent.map(({ id }) => timesSeen(colleague, id))).toEqual([0, 0, 0]);
  });

  it("brings edits, conversation changes, receipts and typing", async () => {
    const [guest, agent] = [await connect(one, await makeGuest(one)), await connect(two, await makeStaff(two))];
    await agent.call("waiter:register", {});
    const { conversationId, seq } = await guest.say("helo");
    await agent.next("message:created", ({ messages }) => messages.some((message) => message.conversationId === conversationId));
    await agent.call("conversation:open", { conversationId });
    await guest.call("message:edit", { conversationId, seq, text: "hello" });
    expect((await agent.next("message:updated")).messages).toMatchObject([{ text: "hello" }]);
    await agent.call("conversation:claim", { conversationId });
    expect((await guest.next("conversation:updated", ({ conversation }) => conversation.assignee !== null)).conversation).toMatchObject({ id: conversationId });
    await agent.call("conversation:read", { conversationId, read: 1 });
    expect((await guest.next("receipt:updated", ({ receipts }) => receipts.staff.read === 1)).conversationId).toBe(conversationId);
    await guest.call("typing", { on: true });
    expect(await agent.next("typing")).toMatchObject({ conversationId, on: true });
  });

  it("takes a waiter's sessions into the room on every node, and out of it again", async () => {
    const [admin, grant] = [await connect(one, await makeStaff(one, "admin")), await makeStaff(two)];
    const [here, there] = [await connect(two, grant), await connect(three, grant)];
    const guest = await connect(one, await makeGuest(one));
    await admin.call("waiter:register", { userId: grant.user.id });
    for (const client of [here, there]) await client.next("waiter:changed", ({ waiters }) => waiters.some(({ userId }) => userId === grant.user.id));
    const first = await guest.say("anyone?");
    for (const client of [here, there]) await client.next("message:created", ({ messages }) => messages.some((message) => "id" in message && message.id === first.id));
    await admin.call("waiter:unregister", { userId: grant.user.id });
    for (const client of [here, there]) await client.next("waiter:changed", ({ waiters }) => !waiters.some(({ userId }) => userId === grant.user.id));
    const second = await guest.say("still?");
    await guest.call("typing", { on: false });
    await admin.call("heartbeat", {});
    expect([timesSeen(here, second.id), timesSeen(there, second.id)]).toEqual([0, 0]);
  });

  it("moves a waiter's sessions even on a node that cannot read its database", async () => {
    const [admin, grant] = [await connect(one, await makeStaff(one, "admin")), await makeStaff(two)];
    const there = await connect(three, grant);
    const guest = await connect(one, await makeGuest(one));
    const { pool } = three.node.database;
    const { query } = pool;
    Object.assign(pool, { query: () => Promise.reject(new Error("connection refused")) });
    try {
      await admin.call("waiter:register", { userId: grant.user.id });
      const message = await guest.say("anyone?");
      await there.next("message:created", ({ messages }) => messages.some((found) => "id" in found && found.id === message.id));
      await expect.poll(() => three.node.sessions.ofUser(grant.user.id).map((session) => session.rooms.has("waiters")), within).toEqual([true]);
      await admin.call("waiter:unregister", { userId: grant.user.id });
      await expect.poll(() => three.node.sessions.ofUser(grant.user.id).map((session) => session.rooms.has("waiters")), within).toEqual([false]);
    } finally {
      Object.assign(pool, { query });
    }
  });

  it("publishes a notice on all nodes, counts everybody once, edits and withdraws it", async () => {
    const admin = await adminOn(two);
    const guests = [await connect(one, await makeGuest(one)), await connect(two, await makeGuest(two)), await connect(three, await makeGuest(three))];
    const before = two.node.presence.onlineUsers("customers").length;
    await expect.poll(() => two.node.presence.onlineUsers("customers").length, within).toBeGreaterThanOrEqual(3);
    expect(before).toBeGreaterThan(0);
    const { id } = await createNotice(admin, { title: "春节放假", body: "休息七天", level: "info", audience: "customers" });
    const pushed = await pushNotice(admin, id);
    expect(pushed.counts?.online).toBeGreaterThanOrEqual(3);
    for (const guest of guests) expect((await guest.next("notice:pushed", ({ notice }) => notice.id === id)).notice.title).toBe("春节放假");
    const delivered = async (): Promise<string[]> => (await two.node.database.prisma.noticeMark.findMany({ where: { noticeId: id } })).map(({ userId }) => userId);
    await expect.poll(delivered, within).toEqual(expect.arrayContaining(guests.map(({ user }) => user.id)));
    await updateNotice(admin, id, { title: "延长" });
    for (const guest of guests) await guest.next("notice:updated", ({ notice }) => notice.title === "延长");
    await withdrawNotice(admin, id);
    for (const guest of guests) await guest.next("notice:withdrawn", ({ noticeId }) => noticeId === id);
    expect(guests.map(({ received }) => received.filter(({ name }) => name === "notice:pushed").length)).toEqual([1, 1, 1]);
  });

  it("pushes to sessions of every node, and says whom it did not reach", async () => {
    const admin = httpClient(one, (await makeStaff(one, "admin")).token);
    const grant = await makeGuest(two);
    const clients = [await connect(two, grant), await connect(three, grant)];
    const away = await makeGuest(two);
    const push = (to: object) => admin("POST", "/api/v1/push", { body: { to, type: "promo", content: { n: 1 } } });
    await expect.poll(() => one.node.presence.isOnline(grant.user.id), within).toBe(true);
    expect((await push({ userIds: [grant.user.id, away.user.id] })).body).toEqual({ delivered: 2, offline: [away.user.id] });
    for (const client of clients) expect(await client.next("push")).toEqual({ type: "promo", content: { n: 1 } });
    const [session] = three.node.sessions.ofUser(grant.user.id);
    expect((await push({ sessionIds: [session?.id] })).body).toEqual({ delivered: 1, offline: [] });
  });

  it("lists the sessions of all nodes, in pages, and ends one anywhere", async () => {
    const admin = httpClient(one, (await makeStaff(one, "admin")).token);
    const grant = await makeStaff(two, "agent", "Bo");
    const clients = [await connect(one, grant), await connect(two, grant), await connect(three, grant)];
    const list = async (query: string) => read(await admin("GET", `/api/v1/sessions?userId=${grant.user.id}${query}`), pageOf(sessionRow));
    const { items } = await list("");
    expect(new Set(items.map(({ node }) => node))).toEqual(new Set(cluster.nodes.map(({ node }) => node.id)));
    const first = await list("&limit=2");
    const second = await list(`&limit=2&cursor=${first.cursor}`);
    expect([...first.items, ...second.items]).toEqual(items);
    expect(second.cursor).toBeNull();
    const [session] = three.node.sessions.ofUser(grant.user.id);
    expect((await admin("DELETE", `/api/v1/sessions/${session?.id}`)).status).toBe(204);
    expect(await clients[2]?.next("session:bye")).toEqual({ code: "disconnected", reconnectInMs: null });
    await expect.poll(async () => (await list("")).items.length, within).toBe(2);
    expectProblem(await admin("DELETE", `/api/v1/sessions/${session?.id}`), "not_found");
  });

  it("S16: ends a revoked user's sessions on every node within 5 s", async () => {
    const grant = await makeStaff(one);
    const clients = [await connect(one, grant), await connect(two, grant), await connect(three, grant)];
    const start = performance.now();
    expect((await httpClient(two, grant.token)("POST", "/api/v1/auth/logout", { body: { everywhere: true } })).status).toBe(204);
    for (const client of clients) expect(await client.next("session:bye")).toMatchObject({ code: "revoked" });
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it("says to a guest's sessions on other nodes that they were merged", async () => {
    const grant = await makeGuest(one);
    const clients = [await connect(two, grant), await connect(three, grant)];
    const { conversationId } = await (clients[0] ?? expect.fail()).say("who am I?");
    const watcher = await connect(three, await makeStaff(three));
    const identity = await new SignJWT({ name: "Lin" }).setProtectedHeader({ alg: "HS256" }).setSubject("shop-1").setExpirationTime("5m").sign(one.node.secrets.site);
    const answer = await httpClient(one, grant.token)("POST", "/api/v1/auth/identify", { body: { identity } });
    expect(answer.status).toBe(200);
    for (const client of clients) expect(await client.next("session:bye")).toEqual({ code: "merged", reconnectInMs: 0 });
    await watcher.next("conversation:updated", ({ conversation }) => conversation.id === conversationId && "customer" in conversation && conversation.customer.name === "Lin");
  });

  it("gives each transaction to the sweep as told, wherever it was told", async () => {
    const [guest, agent] = [await connect(one, await makeGuest(one)), await connect(three, await makeStaff(three))];
    await agent.call("waiter:register", {});
    const message = await guest.say("only once");
    await agent.next("message:created", ({ messages }) => messages.some((found) => "id" in found && found.id === message.id));
    for (const { node } of cluster.nodes) expect((await sweep(node)).messages).toBe(0);
    expect(timesSeen(agent, message.id)).toBe(1);
  });

  it("takes nothing from a node that is none of ours", async () => {
    const guest = await connect(two, await makeGuest(two));
    const stranger = createClient({ url: cluster.redis.url });
    await stranger.connect();
    const [channel = ""] = await stranger.pubSubChannels("xiaoer:*");
    const parcels = [{ rooms: ["everyone"], event: "push", payload: { type: "forged", content: null } }];
    await stranger.publish(channel, `${one.node.id} 999999 ${"A".repeat(43)} ${JSON.stringify(["deliver", { xid: null, parcels }])}`);
    // What a node of ours signs but does not understand is not delivered either.
    one.node.bus.publish("deliver", { xid: null, parcels: [{ rooms: ["everyone"], event: "session:bye", payload: { code: "drain", reconnectInMs: 0 } }, { rooms: ["everyone"], event: "push" }] });
    one.node.delivery.deliver([{ rooms: ["everyone"], event: "push", payload: { type: "genuine", content: null } }], null);
    expect((await guest.next("push")).type).toBe("genuine");
    expect(guest.received.filter(({ name }) => name === "session:bye")).toEqual([]);
    stranger.destroy();
  });
});
