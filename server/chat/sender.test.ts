import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";

import { conversation } from "#protocol/objects.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { httpClient, read } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

import { extend } from "./extensions.ts";
import { createSender, type Sender } from "./sender.ts";

let running: TestNode;
let sender: Sender;
let customer: TestClient;
let staff: TestClient;

beforeAll(async () => {
  running = await startTestNode();
  sender = await createSender(running.node, "Orders");
  [customer, staff] = [await connect(running, await makeGuest(running)), await connect(running, await makeStaff(running))];
});

const pushesOf = ({ received }: TestClient) => received.filter(({ name }) => name === "push").map(({ payload }) => payload);
const sessionOf = async (client: TestClient) => (await client.next("hello")).sessionId;

describe("the server's own sender", () => {
  it("pushes to users, a role, a session and everyone", async () => {
    const absent = randomUUID();
    expect(await sender.toUsers([customer.user.id, absent], "order", { n: 1 })).toEqual({ delivered: 1, offline: [absent] });
    expect(await sender.toRole("staff", "order", { n: 2 })).toEqual({ delivered: 1, offline: [] });
    expect(await sender.toSession(await sessionOf(customer), "order", { n: 3 })).toEqual({ delivered: 1, offline: [] });
    expect(await sender.toEveryone("order", { n: 4 })).toEqual({ delivered: 2, offline: [] });
    await expect.poll(() => pushesOf(customer)).toEqual([1, 3, 4].map((n) => ({ type: "order", content: { n } })));
    await expect.poll(() => pushesOf(staff)).toEqual([2, 4].map((n) => ({ type: "order", content: { n } })));
  });

  it("pushes to a topic whom it put there, until it takes them out", async () => {
    const before = pushesOf(customer).length;
    const session = sender.findLocal(await sessionOf(customer));
    if (session === null) throw new Error("no session");
    expect(await sender.toTopic("deals", "deal", 0)).toBe(0);
    sender.subscribe(session, "deals");
    expect(await sender.toTopic("deals", "deal", 1)).toBe(1);
    sender.unsubscribe(session, "deals");
    expect(await sender.toTopic("deals", "deal", 2)).toBe(0);
    await expect.poll(() => pushesOf(customer).slice(before)).toEqual([{ type: "deal", content: 1 }]);
  });

  it("stores messages under its name, once per clientMsgId", async () => {
    const absent = await makeGuest(running);
    const clientMsgId = randomUUID();
    const first = await sender.store([customer.user.id, absent.user.id], { clientMsgId, kind: "text", text: "Shipped" });
    const again = await sender.store([customer.user.id, absent.user.id], { clientMsgId, kind: "text", text: "Shipped" });
    expect([first.failed, first.sent.length]).toEqual([[], 2]);
    expect(again.sent.map(({ message }) => message.id).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(first.sent.map(({ message }) => message.id).toSorted((a, b) => (a < b ? -1 : 1)));
    const { messages } = await customer.next("message:created");
    expect(messages[0]).toMatchObject({ text: "Shipped", senderName: "Orders", senderRole: "agent", senderId: sender.userId });
    const conversationId = first.sent[0]?.message.conversationId ?? "";
    expect(read(await httpClient(running, staff.token)("GET", `/api/v1/conversations/${conversationId}`), conversation).lastMessage).toMatchObject({ senderName: "Orders" });
  });

  it("finds sessions by id, user and role", async () => {
    const id = await sessionOf(customer);
    expect(await sender.findSessions({ id })).toEqual([expect.objectContaining({ id, gateway: "socketio", user: customer.user })]);
    expect((await sender.findSessions({ userId: staff.user.id })).map(({ user }) => user.id)).toEqual([staff.user.id]);
    expect((await sender.findSessions({ role: "customer" })).map(({ user }) => user.id)).toEqual([customer.user.id]);
    expect(await sender.findSessions({ role: "admin" })).toEqual([]);
    expect((await sender.findSessions({})).length).toBe(2);
    expect(sender.findLocal(randomUUID())).toBeNull();
  });

  it("has one account per name, which is no member of staff", async () => {
    expect((await createSender(running.node, "Orders")).userId).toBe(sender.userId);
    const other = await createSender(running.node, "Returns");
    expect(other.userId).not.toBe(sender.userId);
    const users = await httpClient(running, (await makeStaff(running, "admin")).token)("GET", "/api/v1/users");
    expect(JSON.stringify(users.body)).not.toContain(sender.userId);
  });

  it("is what extensions get when a node starts", async () => {
    const seen: string[] = [];
    await extend(running.node, [async ({ node, hooks, sender: make }) => {
      seen.push((await make("Orders")).userId);
      expect(hooks).toBe(node.hooks);
    }]);
    expect(seen).toEqual([sender.userId]);
  });
});
