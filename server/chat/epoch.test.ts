import { beforeAll, expect, it } from "vitest";

import { events } from "#protocol/events.ts";
import { connect, makeGuest } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

import { followEpoch, readEpoch } from "./epoch.ts";

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

it("stays the same while the database does", async () => {
  const guest = await connect(node, await makeGuest(node));
  await followEpoch(node.node);
  expect((await readEpoch(node.node)).epoch).toBe(node.node.epoch);
  await guest.call("heartbeat", {});
  expect(guest.received.filter(({ name }) => name === "session:bye")).toEqual([]);
});

it("sends everyone to look anew when the database was restored under a running node, and hears of what is stored then", async () => {
  const grant = await makeGuest(node);
  const guest = await connect(node, grant);
  const { epoch } = await readEpoch(node.node);
  // As if the database that the node began with had been another one, and far ahead.
  node.node.epoch = "another";
  node.node.told.pass(1e12);
  await followEpoch(node.node);
  expect(await guest.next("session:bye")).toMatchObject({ code: "drain" });
  expect(node.node.told.has(1e11)).toBe(false);
  const again = await connect(node, grant);
  expect(events.hello.parse(again.received[0]?.payload).epoch).toBe(epoch);
});
