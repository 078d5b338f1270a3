import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import { createGatewayToken } from "#server/auth/gateway-tokens.ts";
import { authenticate } from "#server/auth/identity.ts";
import { createTicket } from "#server/auth/tickets.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { expectProblem, httpClient } from "#server/testing/http-client.ts";
import { makeCustomer, sessionCookie } from "#server/testing/identities.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

const path = "/v1/chat/http";
let node: TestNode;
let customer: TestClient;
let agent: TestClient;
let admin: TestClient;

beforeAll(async () => {
  node = await startTestNode({ HTTP_GET_SEND: "1", ALLOWED_ORIGINS: "https://shop.example" });
  customer = await connect(node, await makeCustomer(node, `host-${randomUUID()}`));
  agent = await connect(node, await makeStaff(node));
  admin = await connect(node, await makeStaff(node, "admin"));
});

/** The gateway token of a client. */
async function gatewayToken({ token }: Pick<TestClient, "token">, gateways: ("stomp" | "ws")[] = ["stomp"]): Promise<string> {
  return (await createGatewayToken(node.node, await authenticate(node.node, token), { gateways, expiresInS: 60 })).token;
}

function addressOf(query: Record<string, string>): string {
  return `${path}?${new URLSearchParams(query)}`;
}

describe("POST /v1/chat/http", () => {
  it("stores one message of a customer in its conversation", async () => {
    const answer = await httpClient(node, customer.token)("POST", path, { body: { content: "<b>hi</b>", to: agent.user.id, from: customer.user.externalId } });
    expect(answer).toMatchObject({ status: 200, body: { content: "<b>hi</b>", from: customer.user.id, to: null, time: expect.any(String) } });
    const seen = await customer.next("message:created", ({ messages }) => messages.some((message) => message.kind === "text" && message.text === "<b>hi</b>"));
    expect(seen.messages[0]).toMatchObject({ senderId: customer.user.id, seq: 1 });
  });

  it("stores one message of staff for the customer named, by our id or the host's", async () => {
    const call = httpClient(node, agent.token);
    const clientMsgId = randomUUID();
    for (const to of [customer.user.id, customer.user.externalId]) {
      const answer = await call("POST", path, { body: { from: "me", to, content: "welcome", clientMsgId } });
      expect(answer).toMatchObject({ status: 200, body: { content: "welcome", from: agent.user.id, to: customer.user.id } });
    }
    const { messages } = await customer.call("conversation:sync", { after: 0 });
    expect(messages.filter((message) => message.kind === "text" && message.text === "welcome")).toHaveLength(1);
    expectProblem(await call("POST", path, { body: { to: "nobody-here", content: "welcome" } }), "not_found");
  });

  it("pushes to all who listen without anybody named, with the right to push", async () => {
    for (const to of [undefined, null, ""]) {
      const answer = await httpClient(node, admin.token)("POST", path, { body: { content: "to all", to } });
      expect(answer).toMatchObject({ status: 200, body: { content: "to all", from: admin.user.id, to: null } });
    }
    expect(await customer.next("push")).toMatchObject({ type: "chat", content: { text: "to all", from: admin.user.id } });
    expectProblem(await httpClient(node, agent.token)("POST", path, { body: { content: "to all" } }), "forbidden");
  });

  it("refuses another's name, nonsense, and whoever shows no token", async () => {
    const call = httpClient(node, customer.token);
    expectProblem(await call("POST", path, { body: { content: "x", from: agent.user.id } }), "forbidden");
    for (const body of [{}, { content: "" }, { content: " " }, { content: 1 }, { content: "x", to: {} }, { content: "x".repeat(4_001) }, []]) {
      expectProblem(await call("POST", path, { body }), "bad_request");
    }
    expectProblem(await httpClient(node)("POST", path, { body: { content: "x" } }), "unauthenticated");
    expectProblem(await httpClient(node, `${customer.token}x`)("POST", path, { body: { content: "x" } }), "unauthenticated");
    expectProblem(await httpClient(node)("POST", `${path}?token=${customer.token}`, { body: { content: "x" } }), "unauthenticated");
    expectProblem(await httpClient(node, await gatewayToken(customer, ["ws"]))("POST", path, { body: { content: "x" } }), "unauthenticated");
    expectProblem(await call("POST", path, { body: { content: "x" }, headers: { Origin: "https://evil.example" } }), "forbidden");
  });

  it("takes a gateway token as bearer, and the cookie of our own pages alone", async () => {
    expect((await httpClient(node, await gatewayToken(customer))("POST", path, { body: { content: "by gateway token" } })).status).toBe(200);
    const cookie = await sessionCookie(node, admin);
    const call = httpClient(node);
    expect((await call("POST", path, { body: { content: "by cookie" }, headers: { cookie, Origin: node.url } })).status).toBe(200);
    expectProblem(await call("POST", path, { body: { content: "x" }, headers: { cookie } }), "unauthenticated");
    expectProblem(await call("POST", path, { body: { content: "x" }, headers: { cookie, Origin: "https://shop.example" } }), "unauthenticated");
  });

  it("stands at the paths of GATEWAY_PATHS, and nowhere when the gateway is off", async () => {
    const other = await startTestNode({ GATEWAY_PATHS: "/old/chat=/v1/chat/http" });
    expect((await httpClient(other, (await makeGuest(other)).token)("POST", "/old/chat", { body: { content: "x" } })).status).toBe(200);
    const off = await startTestNode({ GATEWAYS: "ws" });
    expectProblem(await httpClient(off, (await makeGuest(off)).token)("POST", path, { body: { content: "x" } }), "not_found");
  });
});

describe("GET /v1/chat/http", () => {
  it("is 405 unless HTTP_GET_SEND is set", async () => {
    const strict = await startTestNode();
    const { token } = await makeGuest(strict);
    const answer = await httpClient(strict, token)("GET", `${path}?content=x`);
    expectProblem(answer, "bad_request", 405);
    expect(answer.headers.get("allow")).toContain("POST");
  });

  it("sends with a gateway token, in the address or as bearer", async () => {
    const token = await gatewayToken(customer);
    expect(await httpClient(node)("GET", addressOf({ content: "by get", token }))).toMatchObject({ status: 200, body: { content: "by get", from: customer.user.id } });
    expect((await httpClient(node, token)("GET", addressOf({ content: "by get too" }))).status).toBe(200);
  });

  it("sends with nothing else: no cookie, no access token, no ticket", async () => {
    const { ticket } = await createTicket(node.node, await authenticate(node.node, customer.token));
    const tokens = [customer.token, ticket, await gatewayToken(customer, ["ws"]), "x", ""];
    for (const token of tokens) expectProblem(await httpClient(node)("GET", addressOf({ content: "x", token })), "unauthenticated");
    const headers = { cookie: await sessionCookie(node, admin), Origin: node.url, "Sec-Fetch-Site": "same-origin" };
    expectProblem(await httpClient(node)("GET", addressOf({ content: "x" }), { headers }), "unauthenticated");
    expectProblem(await httpClient(node, customer.token)("GET", addressOf({ content: "x" })), "unauthenticated");
  });

  it("sends nothing when only the head is asked for", async () => {
    const token = await gatewayToken(customer);
    expect((await httpClient(node)("HEAD", addressOf({ content: "by head", token }))).status).toBe(405);
    const { messages } = await customer.call("conversation:sync", { after: 0 });
    expect(JSON.stringify(messages)).not.toContain("by head");
  });
});
