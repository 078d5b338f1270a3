import { beforeAll, describe, expect, it } from "vitest";

import { expectProblem, httpClient } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

describe("the pages of STOMP", () => {
  it.each([
    ["index.html", "text/html"], ["admin.html", "text/html"], ["chat.js", "text/javascript"], ["chat.css", "text/css"], ["stomp.js", "text/javascript"],
  ])("have all that they need at this origin: %s", async (name, type) => {
    const { status, headers, body } = await httpClient(node)("GET", `/v1/${name}`);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain(type);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(String(body).length).toBeGreaterThan(200);
    // Whatever a page of them loads is one of them.
    const loaded = [...String(body).matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
    for (const address of loaded.filter((one) => one !== "data:,")) expect((await httpClient(node)("GET", address)).status, address).toBe(200);
  });

  it("know no other file", async () => {
    for (const path of ["/v1/stomp.umd.js", "/v1/..%2f..%2fpackage.json", "/v1/__proto__"]) expect((await httpClient(node)("GET", path)).status, path).toBe(404);
  });

  it("are gone with the gateway", async () => {
    const without = await startTestNode({ GATEWAYS: "ws" });
    expectProblem(await httpClient(without)("GET", "/v1/index.html"), "not_found");
  });
});
