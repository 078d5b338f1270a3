import { execFile } from "node:child_process";

import { beforeAll, expect, it } from "vitest";

import { madeApiKey } from "#protocol/developers.ts";

import { connect, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { httpClient, read } from "#server/testing/http-client.ts";
import { makeCustomer } from "#server/testing/identities.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let node: TestNode;
let key: string;
let customer: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  const admin = httpClient(node, (await makeStaff(node, "admin")).token);
  ({ key } = read(await admin("POST", "/api/v1/api-keys", { body: { name: "Reminders", scopes: ["push"] } }), madeApiKey));
  customer = await connect(node, await makeCustomer(node, "42"));
});

type Ended = { readonly code: number; readonly said: string };

function run(args: readonly string[], shown = key): Promise<Ended> {
  const { PATH = "" } = process.env;
  return new Promise((resolve) => {
    execFile("sh", ["examples/push.sh", ...args], { env: { PATH, NODE_ENV: "production", XIAOER_URL: node.url, XIAOER_KEY: shown } }, (error, stdout) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout });
    });
  });
}

it("reminds one user, by our id or the host's, and says whom it reached", async () => {
  const { code, said } = await run(["Your parcel has arrived", "ext:42"]);
  expect({ code, said: JSON.parse(said) }).toEqual({ code: 0, said: { delivered: 1, offline: [] } });
  expect(await customer.next("push")).toEqual({ type: "reminder", content: { title: "Reminder", text: "Your parcel has arrived" } });
  expect(JSON.parse((await run(["Hello", customer.user.id])).said)).toEqual({ delivered: 1, offline: [] });
  expect(JSON.parse((await run(["Hello", "ext:43"])).said)).toEqual({ delivered: 0, offline: ["ext:43"] });
});

it("reminds everyone who is online, whatever stands in the text", async () => {
  expect(JSON.parse((await run([`Say "hello" \\ to\nall`])).said)).toEqual({ delivered: 1, offline: [] });
  await customer.next("push", ({ content }) => JSON.stringify(content).includes("hello"));
});

it("fails with the problem when the key does not hold", async () => {
  const { code, said } = await run(["Hello"], "xk_nothing");
  expect(code).toBe(22);
  expect(JSON.parse(said)).toMatchObject({ code: "unauthenticated" });
});
