import { beforeAll, describe, expect, it } from "vitest";

import type { Grant } from "#protocol/http.ts";
import { createGatewayToken } from "#server/auth/gateway-tokens.ts";
import { authenticate } from "#server/auth/identity.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { expectProblem, httpClient } from "#server/testing/http-client.ts";
import { makeCustomer } from "#server/testing/identities.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { makePicture } from "#server/testing/pictures.ts";
import { openSocket } from "#server/testing/web-socket.ts";

const base = "/api/system/utility/rayim";
const calls = ["sender/spec", "sender/all", "waiter/register/auto", "waiter/register/remove", "waiter/list"];
let node: TestNode;
let [agent, admin]: Grant[] = [];

beforeAll(async () => {
  node = await startTestNode();
  [agent, admin] = [await makeStaff(node), await makeStaff(node, "admin")];
});

/** Calls with the token in the header of these clients. */
function call(grant: Grant | undefined, path: string, body: unknown = {}) {
  return httpClient(node)("POST", `${base}/${path}`, { body, headers: { rayAccessToken: grant?.token ?? "" } });
}

describe("who may call", () => {
  it.each(calls)("%s needs a token of staff (S36)", async (path) => {
    const valid = { accounts: ["x"], msg: "x" };
    expectProblem(await httpClient(node)("POST", `${base}/${path}`, { body: valid }), "unauthenticated");
    expectProblem(await httpClient(node, "x.y.z")("POST", `${base}/${path}`, { body: valid }), "unauthenticated");
    expectProblem(await call(await makeGuest(node), path, valid), "forbidden");
  });

  it("the token counts in the header, as bearer, and made for this gateway", async () => {
    const expected = { status: 200, body: { code: 0, data: [] } };
    expect(await call(agent, "waiter/list")).toMatchObject(expected);
    expect(await httpClient(node, agent?.token)("POST", `${base}/waiter/list`)).toMatchObject(expected);
    expect(await httpClient(node, agent?.token)("GET", `${base}/waiter/list`)).toMatchObject(expected);
    const identity = await authenticate(node.node, agent?.token);
    const mine = await createGatewayToken(node.node, identity, { gateways: ["rayim"] });
    const other = await createGatewayToken(node.node, identity, { gateways: ["ws"] });
    expect(await httpClient(node, mine.token)("POST", `${base}/waiter/list`)).toMatchObject(expected);
    expectProblem(await httpClient(node, other.token)("POST", `${base}/waiter/list`), "unauthenticated");
  });

  it("nobody, where the gateway is off; at other paths, where they are set", async () => {
    const off = await startTestNode({ GATEWAYS: "ws", GATEWAY_PATHS: "/raysale/api=/api" });
    expectProblem(await httpClient(off, (await makeStaff(off)).token)("POST", `${base}/waiter/list`), "not_found");
    const moved = await startTestNode({ GATEWAY_PATHS: "/raysale/api=/api" });
    expect((await httpClient(moved, (await makeStaff(moved)).token)("POST", `/raysale${base}/waiter/list`)).status).toBe(200);
  });
});

describe("sender/spec", () => {
  it("stores for customers, pushes to staff, and says who was offline", async () => {
    const [online, away] = [await makeCustomer(node, "on-1"), await makeCustomer(node, "away-1")];
    const [customer, colleague] = [await connect(node, online), await connect(node, await makeStaff(node))];
    const answer = await call(agent, "sender/spec", { accounts: ["on-1", "away-1", colleague.user.id, "nobody", "on-1"], msg: "发货了" });
    expect(answer).toMatchObject({ status: 200, body: { code: 0, data: { delivered: 2, offline: ["away-1", "nobody"] } } });
    expect((await customer.next("message:created")).messages[0]).toMatchObject({ text: "发货了", senderId: agent?.user.id });
    expect(await colleague.next("push")).toEqual({ type: "rayim", content: "发货了" });
    const { messages } = await (await connect(node, away)).call("conversation:sync", { after: 0 });
    expect(messages).toMatchObject([{ text: "发货了", seq: 1 }]);
  });

  it("takes texts and pictures as the gateway does, and numbers as names", async () => {
    const customer = await connect(node, await makeCustomer(node, "901"));
    await call(agent, "sender/spec", { accounts: [901], msg: { code: 1, msg: "text" } });
    const picture = `data:image/png;base64,${(await makePicture("png")).toString("base64")}`;
    expect((await call(agent, "sender/spec", { accounts: ["901"], msg: { code: 2, msg: picture } })).status).toBe(200);
    expect((await customer.call("conversation:sync", { after: 0 })).messages).toMatchObject([{ kind: "text" }, { kind: "image", attachments: [{ width: 64 }] }]);
  });

  it.each([{}, { accounts: [], msg: "x" }, { accounts: ["x"] }, { accounts: "x", msg: "x" }, { accounts: ["x"], msg: "" }, { accounts: ["x"], msg: 5 }, { accounts: ["x"], msg: { code: 3, msg: "x" } }, { accounts: ["\u0000"], msg: "x" }, { accounts: ["x"], msg: "\ud800" }])("refuses %j", async (body) => {
    expectProblem(await call(agent, "sender/spec", body), "bad_request");
  });
});

describe("sender/all", () => {
  it("pushes to everyone online, for admins", async () => {
    const client = await openSocket(node, `/rayim?rayAccessToken=${(await makeGuest(node)).token}`);
    client.send("rayHeartBeat");
    await client.count(1);
    expectProblem(await call(agent, "sender/all", { msg: "x" }), "forbidden");
    const { body } = await call(admin, "sender/all", { msg: "大家好" });
    expect(body).toMatchObject({ code: 0, data: { offline: [] } });
    expect(await client.nextObject({ kind: "push" })).toMatchObject({ code: 1, msg: "大家好" });
  });
});

describe("waiters", () => {
  it("register themselves, are listed and removed; others only by an admin", async () => {
    const colleague = await makeStaff(node);
    expect(await call(agent, "waiter/register/auto")).toMatchObject({ body: { code: 0, data: [{ userId: agent?.user.id, online: false }] } });
    expect(await call(colleague, "waiter/register/auto")).toMatchObject({ body: { code: 0, data: [{}, { userId: colleague.user.id }] } });
    expectProblem(await call(agent, "waiter/register/remove", { account: colleague.user.id }), "forbidden");
    expectProblem(await call(admin, "waiter/register/remove", { account: "nobody" }), "not_found");
    expect(await call(admin, "waiter/register/remove", { account: colleague.user.id })).toMatchObject({ body: { data: [{ userId: agent?.user.id }] } });
    expect(await call(agent, "waiter/register/remove")).toMatchObject({ body: { code: 0, data: [] } });
  });
});
