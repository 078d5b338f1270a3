import { beforeAll, expect, it, vi } from "vitest";

import { makeGuest, makeStaff } from "#server/testing/clients.ts";
import { fuzzGateway } from "#server/testing/fuzz-gateway.ts";
import { fuzzedPaths } from "#server/testing/fuzz-inputs.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { openSocket } from "#server/testing/web-socket.ts";

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

it.each(fuzzedPaths)("%s survives whatever is thrown at it, without a failure of its own", async (path) => {
  const failed = vi.spyOn(node.node.log, "error");
  const tokens = [(await makeGuest(node)).token, (await makeStaff(node)).token, (await makeStaff(node, "admin")).token, (await makeGuest(node)).token];
  const seed = Math.floor(Math.random() * 2 ** 30);
  const { inputs, failures } = await fuzzGateway({ port: node.port, path, tokens }, { inputs: 5_000, seed, atOnce: 4 });
  const logged = failed.mock.calls.map((call) => JSON.stringify(call).slice(0, 500));
  expect({ inputs, failures, logged }, `seed ${seed}`).toEqual({ inputs: 5_000, failures: [], logged: [] });
  const client = await openSocket(node, `/ws?token=${(await makeGuest(node)).token}`);
  await client.nextObject({ type: "hello" });
  expect((await fetch(`${node.url}/livez`)).status).toBe(200);
});
