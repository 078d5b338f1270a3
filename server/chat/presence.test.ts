import { beforeAll, describe, expect, it } from "vitest";

import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let node: TestNode;
let agent: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  agent = await connect(node, await makeStaff(node, "agent", "Mei"));
});

const rowOf = (users: readonly { userId: string }[], client: TestClient) => users.find((one) => one.userId === client.user.id);

describe("presence:watch", () => {
  it("answers who is online and follows with versions that have no gap", async () => {
    const first = await agent.call("presence:watch", {});
    expect(rowOf(first.users, agent)).toMatchObject({ role: "agent", name: "Mei", status: "online", sessions: 1 });
    const guest = await connect(node, await makeGuest(node, "Lin"));
    await agent.next("presence:changed", ({ joined }) => rowOf(joined, guest) !== undefined);
    await guest.call("presence:set", { page: { url: "https://shop.example/tea", title: "龙井茶" } });
    const { updated, version } = await agent.next("presence:changed", (payload) => rowOf(payload.updated, guest) !== undefined);
    expect(rowOf(updated, guest)).toMatchObject({ page: { title: "龙井茶" }, guest: true });
    expect(version).toBeGreaterThan(first.version);
    const versions = agent.received.flatMap((one) => (one.name === "presence:changed" && typeof one.payload === "object" && one.payload !== null && "version" in one.payload ? [one.payload.version] : []));
    expect(versions).toEqual(versions.map((_, n) => first.version + 1 + n));
  });

  it("counts tabs as sessions of one person, and keeps who reloads for the grace time", async () => {
    const grant = await makeGuest(node);
    const [one, two] = [await connect(node, grant), await connect(node, grant)];
    const seen = async () => rowOf((await agent.call("presence:watch", {})).users, one);
    expect(await seen()).toMatchObject({ sessions: 2 });
    one.close();
    two.close();
    await agent.next("presence:changed", ({ updated }) => updated.some((row) => row.userId === grant.user.id && row.sessions === 0));
    expect(await seen()).toMatchObject({ sessions: 0 });
    expect(node.node.presence.isOnline(grant.user.id)).toBe(false);
    const { left } = await agent.next("presence:changed", (payload) => payload.left.includes(grant.user.id));
    expect(left).toEqual([grant.user.id]);
  });

  it("is for staff alone, and so is a status", async () => {
    const guest = await connect(node, await makeGuest(node));
    expect(await guest.ask("presence:watch", {})).toMatchObject({ error: { code: "forbidden" } });
    expect(await guest.ask("presence:set", { status: "busy" })).toMatchObject({ error: { code: "forbidden" } });
    expect(await agent.ask("presence:set", { status: "asleep" })).toMatchObject({ error: { code: "bad_request" } });
    await agent.call("presence:set", { status: "away" });
    expect(rowOf((await agent.call("presence:watch", {})).users, agent)).toMatchObject({ status: "away" });
  });
});

describe("the room waiters", () => {
  it("holds for a user's next sessions until unregistered, and others of the staff get no messages", async () => {
    const grant = await makeStaff(node, "agent", "Bo");
    const bo = await connect(node, grant);
    const { waiters } = await bo.call("waiter:register", {});
    expect(waiters).toContainEqual(expect.objectContaining({ userId: bo.user.id, name: "Bo", online: true }));
    await agent.next("waiter:changed", (payload) => payload.waiters.some((one) => one.userId === bo.user.id));
    bo.close();
    const again = await connect(node, grant);
    const guest = await connect(node, await makeGuest(node));
    const message = await guest.say("anyone?");
    await again.next("message:created", ({ messages }) => messages.some((one) => "id" in one && one.id === message.id));
    await again.call("waiter:unregister", {});
    const later = await guest.say("still there?");
    await agent.call("heartbeat", {});
    await again.call("heartbeat", {});
    const got = (client: TestClient, id: string) => client.received.some((one) => one.name === "message:created" && JSON.stringify(one.payload).includes(id));
    expect([got(again, message.id), got(again, later.id), got(agent, message.id)]).toEqual([true, false, false]);
  });

  it("is changed for others by an admin alone", async () => {
    const admin = await connect(node, await makeStaff(node, "admin", "Ada"));
    await expect(agent.call("waiter:register", { userId: admin.user.id })).rejects.toMatchObject({ error: { code: "forbidden" } });
    expect((await admin.call("waiter:register", { userId: agent.user.id })).waiters.map((one) => one.userId)).toContain(agent.user.id);
    expect((await admin.call("waiter:unregister", { userId: agent.user.id })).waiters.map((one) => one.userId)).not.toContain(agent.user.id);
    const guest = await connect(node, await makeGuest(node));
    await expect(admin.call("waiter:register", { userId: guest.user.id })).rejects.toMatchObject({ error: { code: "not_found" } });
    expect(await guest.ask("waiter:register", {})).toMatchObject({ error: { code: "forbidden" } });
  });
});
