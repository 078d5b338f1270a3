import "fake-indexeddb/auto";

import { afterEach, beforeAll, describe, expect, it } from "vitest";

import type { Grant } from "#protocol/http.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

import { type Client, createClient } from "./client.ts";
import { answeringName, deliveryOf, pendingOf } from "./selectors.ts";
import { listConversations } from "./staff-selectors.ts";
import type { State } from "./state.ts";
import { until } from "./testing/until.ts";

let node: TestNode;
const clients: Client[] = [];

beforeAll(async () => {
  node = await startTestNode();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.stop();
});

function open(kind: State["kind"], grant: Grant, storage: string = crypto.randomUUID()): Client {
  const tokens = { current: async () => grant, renew: async () => grant };
  const client = createClient({ kind, tokens, url: node.url, storage });
  clients.push(client);
  client.start();
  return client;
}

const ready = (client: Client) => until(client.store, (state) => state.connection.status === "connected" && state.ready);
function texts(state: State, id = state.ownConversationId): string[] {
  return state.threads.get(id ?? "")?.messages.map((message) => message.text) ?? [];
}

describe("a customer's client", () => {
  it("shows a message in the same moment, sends it, and keeps it once in the thread", async () => {
    const client = open("customer", await makeGuest(node));
    await ready(client);
    const clientMsgId = client.send({ text: "Is it in stock?" });
    expect(pendingOf(client.store.getState(), null)).toMatchObject([{ clientMsgId, text: "Is it in stock?", state: "sending" }]);
    const state = await until(client.store, (now) => texts(now).length === 1);
    expect(pendingOf(state, null)).toEqual([]);
    expect(state.threads.get(state.ownConversationId ?? "")).toMatchObject({ loaded: true, first: 1, have: 1, head: 1 });
  });

  it("sends what was written before there was a connection, in order", async () => {
    const client = open("customer", await makeGuest(node));
    for (const text of ["one", "two", "three"]) client.send({ text });
    const state = await until(client.store, (now) => texts(now).length === 3);
    expect(texts(state)).toEqual(["one", "two", "three"]);
  });

  it("sends what an earlier page left, once", async () => {
    const grant = await makeGuest(node);
    const storage = crypto.randomUUID();
    const tokens = { current: () => new Promise<Grant>(() => {}), renew: () => new Promise<Grant>(() => {}) };
    const closed = createClient({ kind: "customer", tokens, url: node.url, storage });
    closed.start();
    for (const text of ["a", "b", "c", "d", "e"]) closed.send({ text });
    await until(closed.store, (state) => pendingOf(state, null).length === 5);
    closed.stop();
    const client = open("customer", grant, storage);
    const state = await until(client.store, (now) => texts(now).length === 5);
    expect(texts(state)).toEqual(["a", "b", "c", "d", "e"]);
    expect(pendingOf(state, null)).toEqual([]);
  });

  it("finds its history on return", async () => {
    const grant = await makeGuest(node);
    const guest = await connect(node, grant);
    for (let n = 1; n <= 40; n += 1) await guest.say(`line ${n}`);
    guest.close();
    const client = open("customer", grant);
    const state = await ready(client);
    const id = state.ownConversationId ?? "";
    expect(state.threads.get(id)).toMatchObject({ first: 11, have: 40, hasMoreBefore: true });
    await client.loadBefore(id);
    expect(client.store.getState().threads.get(id)).toMatchObject({ first: 1, have: 40, hasMoreBefore: false });
  });

  it("knows on return who answers", async () => {
    const grant = await makeGuest(node);
    const guest = await connect(node, grant);
    const { conversationId } = await guest.say("anyone?");
    const mei = await connect(node, await makeStaff(node, "agent", "Mei"));
    await mei.call("conversation:claim", { conversationId });
    const client = open("customer", grant);
    const state = await until(client.store, (now) => now.own !== null);
    expect(state.own).toMatchObject({ id: conversationId, status: "open", assignee: { name: "Mei" } });
    expect(answeringName(state)).toBe("Mei");
  });

  it("fetches what was missed while it was away", async () => {
    const grant = await makeGuest(node);
    const guest = await connect(node, grant);
    await guest.say("before");
    const client = open("customer", grant);
    await until(client.store, (state) => texts(state).length === 1);
    client.stop();
    await guest.say("meanwhile");
    client.start();
    const state = await until(client.store, (now) => texts(now).length === 2);
    expect(texts(state)).toEqual(["before", "meanwhile"]);
  });

  it("comes back by itself when the server ends the line", async () => {
    const client = open("customer", await makeGuest(node));
    const { sessionId } = await ready(client);
    const session = node.node.sessions.find(sessionId ?? "");
    if (session === undefined) throw new Error("no session");
    node.node.sessions.end(session, "drain", 50);
    const state = await until(client.store, (now) => now.sessionId !== sessionId && now.connection.status === "connected");
    expect(state.connection.visible).toBe(false);
  });

  it("does not come back when it is told not to", async () => {
    const client = open("customer", await makeGuest(node));
    const { sessionId } = await ready(client);
    const session = node.node.sessions.find(sessionId ?? "");
    if (session === undefined) throw new Error("no session");
    node.node.sessions.end(session, "disconnected", null);
    const state = await until(client.store, (now) => now.connection.status === "ended");
    expect(state.connection).toEqual({ status: "ended", visible: true, reason: "disconnected" });
  });

  it("knows how far its message came on the other side", async () => {
    const client = open("customer", await makeGuest(node));
    client.send({ text: "hello" });
    const { ownConversationId } = await until(client.store, (state) => texts(state).length === 1);
    const mei = await connect(node, await makeStaff(node));
    const conversationId = ownConversationId ?? "";
    await mei.call("conversation:read", { conversationId, delivered: 1 });
    await until(client.store, (state) => state.threads.get(conversationId)?.receipts?.staff.delivered === 1);
    await mei.call("conversation:read", { conversationId, read: 1 });
    const state = await until(client.store, (now) => now.threads.get(conversationId)?.receipts?.staff.read === 1);
    expect(state.threads.get(conversationId)?.messages.map((message) => deliveryOf(message, state.threads.get(conversationId)?.receipts ?? null))).toEqual(["read"]);
  });
});

describe("a waiter's client", () => {
  it("gets a new conversation into its lists with one unread, and reads it", async () => {
    const client = open("staff", await makeStaff(node));
    await ready(client);
    await client.call("waiter:register", {});
    await client.loadList("unassigned");
    const { counts } = client.store.getState();
    const guest = await connect(node, await makeGuest(node));
    const { conversationId } = await guest.say("anyone?");
    const state = await until(client.store, (now) => now.conversations.get(conversationId)?.lastMessage?.seq === 1);
    expect(state.conversations.get(conversationId)?.unread).toBe(1);
    expect(state.counts.unassigned).toBe(counts.unassigned + 1);
    expect(listConversations(state, "unassigned")[0]?.id).toBe(conversationId);
    client.openThread(conversationId);
    const opened = await until(client.store, (now) => now.threads.get(conversationId)?.unreadFrom === 1);
    expect(texts(opened, conversationId)).toEqual(["anyone?"]);
    client.markRead(conversationId, 1);
    expect(client.store.getState().conversations.get(conversationId)?.unread).toBe(0);
    await guest.next("receipt:updated", ({ receipts }) => receipts.staff.read === 1);
  });

  it("moves a claimed conversation from one list to another, for its colleagues too", async () => {
    const [one, two] = [open("staff", await makeStaff(node)), open("staff", await makeStaff(node))];
    await Promise.all([ready(one), ready(two)]);
    const guest = await connect(node, await makeGuest(node));
    const { conversationId } = await guest.say("help");
    await Promise.all([one.loadList("unassigned"), two.loadList("unassigned")]);
    const before = two.store.getState().counts;
    await one.call("conversation:claim", { conversationId });
    const mine = await until(one.store, (state) => listConversations(state, "mine").some((row) => row.id === conversationId));
    expect(mine.counts.mine).toBe(1);
    const theirs = await until(two.store, (state) => !listConversations(state, "unassigned").some((row) => row.id === conversationId));
    expect(theirs.counts).toEqual({ ...before, unassigned: before.unassigned - 1 });
  });

  it("finds what changed in its lists while it was away", async () => {
    const client = open("staff", await makeStaff(node));
    await ready(client);
    const guest = await connect(node, await makeGuest(node));
    const { conversationId } = await guest.say("first");
    await client.loadList("all");
    client.stop();
    await guest.say("second");
    client.start();
    const state = await until(client.store, (now) => now.conversations.get(conversationId)?.head === 2);
    expect(state.conversations.get(conversationId)).toMatchObject({ unread: 2, lastMessage: { text: "second" } });
  });

  it("answers and sees the customer type", async () => {
    const client = open("staff", await makeStaff(node));
    await ready(client);
    await client.call("waiter:register", {});
    const guest = await connect(node, await makeGuest(node));
    const { conversationId } = await guest.say("hi");
    client.openThread(conversationId);
    await until(client.store, (state) => state.threads.get(conversationId)?.loaded === true);
    await guest.call("typing", { on: true });
    await until(client.store, (state) => state.typing.get(conversationId)?.length === 1);
    client.send({ conversationId, text: "welcome" });
    await guest.next("message:created", ({ messages }) => messages.some((message) => message.kind === "text" && message.text === "welcome"));
    const state = await until(client.store, (now) => texts(now, conversationId).length === 2);
    expect(pendingOf(state, conversationId)).toEqual([]);
  });

  it("keeps the panel of who is online live over a reconnect", async () => {
    const client = open("staff", await makeStaff(node));
    await ready(client);
    client.watchPresence(true);
    await until(client.store, (state) => state.presence.watching);
    const guest = await connect(node, await makeGuest(node));
    await until(client.store, (state) => state.presence.users.has(guest.user.id));
    const { sessionId } = client.store.getState();
    const session = node.node.sessions.find(sessionId ?? "");
    if (session === undefined) throw new Error("no session");
    node.node.sessions.end(session, "drain", 0);
    const state = await until(client.store, (now) => now.sessionId !== sessionId && now.presence.watching && now.presence.users.has(guest.user.id));
    expect(state.presence.counts.agents).toBeGreaterThanOrEqual(1);
  });
});
