import { beforeAll, expect, it } from "vitest";

import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

import { tellHeads } from "./heads.ts";

let node: TestNode;
let agent: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  agent = await connect(node, await makeStaff(node));
});

it("tells customers of their newest conversation and staff of what changed, once", async () => {
  const guest = await connect(node, await makeGuest(node));
  const { conversationId } = await guest.say("one");
  await guest.say("two");
  await tellHeads(node.node);
  await tellHeads(node.node);
  const heads = { [conversationId]: { head: 2, rev: 0 } };
  expect((await guest.next("conversation:heads")).heads).toEqual(heads);
  expect((await agent.next("conversation:heads")).heads).toEqual(heads);
  const told = (client: TestClient) => client.received.filter((one) => one.name === "conversation:heads").length;
  await agent.call("heartbeat", {});
  await guest.call("heartbeat", {});
  expect([told(guest), told(agent)]).toEqual([1, 1]);
});
