import { beforeAll, describe, expect, it } from "vitest";

import { type Cluster, startCluster } from "#server/testing/cluster.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";

let cluster: Cluster;
let agent: TestClient;

beforeAll(async () => {
  cluster = await startCluster();
  const [, , third] = cluster.nodes;
  agent = await connect(third, await makeStaff(third));
  await agent.call("presence:watch", {});
});

const within = { timeout: 8_000, interval: 50 };
const leftIn = ({ received }: TestClient): string => JSON.stringify(received.filter(({ name }) => name === "presence:changed").map(({ payload }) => (typeof payload === "object" && payload !== null && "left" in payload ? payload.left : [])));

describe("who is online", () => {
  it("is the same on all nodes: sessions added up, pages, who works", async () => {
    const [one, two, three] = cluster.nodes;
    const grant = await makeGuest(one, "Lin");
    const [phone, laptop] = [await connect(one, grant), await connect(two, grant)];
    await laptop.call("presence:set", { page: { url: "https://shop.example/tea", title: "龙井茶" } });
    await agent.next("presence:changed", ({ joined, updated }) => [...joined, ...updated].some((row) => row.userId === grant.user.id && row.sessions === 2 && row.page?.title === "龙井茶"));
    for (const { node } of [one, two, three]) await expect.poll(() => node.presence.snapshot().users.find(({ userId }) => userId === grant.user.id), within).toMatchObject({ sessions: 2, name: "Lin", page: { title: "龙井茶" } });
    const counts = cluster.nodes.map(({ node }) => node.presence.snapshot().counts);
    expect(new Set(counts.map((row) => JSON.stringify(row))).size).toBe(1);
    const colleague = await connect(two, await makeStaff(two, "agent", "Bo"));
    await colleague.call("waiter:register", {});
    await expect.poll(async () => (await agent.call("waiter:list", {})).waiters, within).toContainEqual(expect.objectContaining({ userId: colleague.user.id, online: true }));
    phone.close();
    laptop.close();
  });

  it("holds an agent's status on every node, in a new tab too", async () => {
    const [one, two] = cluster.nodes;
    const grant = await makeStaff(one);
    const [here, there] = [await connect(one, grant), await connect(two, grant)];
    await agent.next("presence:changed", ({ joined, updated }) => [...joined, ...updated].some((row) => row.userId === grant.user.id && row.sessions === 2));
    await here.call("presence:set", { status: "away" });
    await agent.next("presence:changed", ({ updated }) => updated.some((row) => row.userId === grant.user.id && row.status === "away"));
    await there.call("presence:set", {});
    await connect(two, grant);
    const { users } = await agent.call("presence:watch", {});
    expect(users.find(({ userId }) => userId === grant.user.id)).toMatchObject({ status: "away" });
  });

  it("loses those of a node that dies without a word within 25 s, and nobody who came back elsewhere", async () => {
    const [, two, three] = cluster.nodes;
    const [stays, goes] = [await makeGuest(two, "stays"), await makeGuest(two, "goes")];
    await Promise.all([connect(two, stays), connect(two, goes)]);
    await agent.next("presence:changed", ({ joined }) => joined.some(({ userId }) => userId === goes.user.id));
    await expect.poll(() => three.node.presence.isOnline(stays.user.id), within).toBe(true);
    two.mute();
    const died = performance.now();
    await connect(three, stays);
    await expect.poll(() => three.node.presence.isOnline(goes.user.id), { timeout: 20_000, interval: 100 }).toBe(false);
    await expect.poll(() => leftIn(agent).includes(goes.user.id), { timeout: 20_000, interval: 100 }).toBe(true);
    expect(performance.now() - died).toBeLessThan(25_500);
    expect(leftIn(agent)).not.toContain(stays.user.id);
    expect(three.node.presence.snapshot().users.find(({ userId }) => userId === stays.user.id)).toMatchObject({ sessions: 1 });
  });
});
