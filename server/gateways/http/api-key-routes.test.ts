import { createHash, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";

import { commands } from "#protocol/commands.ts";
import { apiKey, madeApiKey, type Scope } from "#protocol/developers.ts";
import { pushAnswer } from "#protocol/http.ts";
import { listOf, sentAnswer } from "#protocol/http-answers.ts";
import { notice } from "#protocol/objects.ts";
import { actions, scopes } from "#server/auth/policy.ts";
import { createId } from "#server/ids.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { expectProblem, type HttpClient, httpClient, read } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

import { routes } from "./routes.ts";

const nobody = "11111111-1111-4111-8111-111111111111";
let running: TestNode;
let admin: HttpClient;

beforeAll(async () => {
  running = await startTestNode();
  admin = httpClient(running, (await makeStaff(running, "admin", "Boss")).token);
});

async function make(wanted: readonly Scope[] = scopes, name = "Order service") {
  const answer = await admin("POST", "/api/v1/api-keys", { body: { name, scopes: wanted } });
  expect(answer.status).toBe(201);
  const made = read(answer, madeApiKey);
  return { ...made, client: httpClient(running, made.key) };
}

describe("an API key", () => {
  it("is shown once and kept as a hash", async () => {
    const { key, id } = await make(["read"]);
    expect(key).toMatch(/^xk_[\w-]{43}$/);
    const list = await admin("GET", "/api/v1/api-keys");
    expect(read(list, listOf(apiKey)).items.find((one) => one.id === id)).toMatchObject({
      name: "Order service", scopes: ["read"], hint: key.slice(0, 7), createdBy: { name: "Boss" }, lastUsedAt: null,
    });
    expect(JSON.stringify(list.body)).not.toContain(key.slice(8));
    const { rows } = await running.node.database.pool.query<{ hash: Buffer }>(`select hash from "ApiKey" where id = $1`, [id]);
    expect(rows[0]?.hash).toEqual(createHash("sha256").update(key).digest());
  });

  it("notes to the minute when it was used", async () => {
    const { client, id } = await make(["read"]);
    const used = async () => read(await admin("GET", "/api/v1/api-keys"), listOf(apiKey)).items.find((one) => one.id === id)?.lastUsedAt;
    await client("GET", "/api/v1/waiters");
    const first = await used();
    expect(Date.parse(first ?? "")).toBeGreaterThan(Date.now() - 60_000);
    await client("GET", "/api/v1/waiters");
    expect(await used()).toBe(first);
  });

  it("sends messages under the name of its account", async () => {
    const { client } = await make(["messages"]);
    const customer = await connect(running, await makeGuest(running));
    const answer = await client("POST", "/api/v1/messages", { body: { to: { userIds: [customer.user.id] }, clientMsgId: randomUUID(), kind: "text", text: "Shipped" } });
    const [sent] = read(answer, sentAnswer).sent;
    expect(sent?.message).toMatchObject({ senderName: "Order service", senderRole: "agent", text: "Shipped" });
    const { messages } = await customer.next("message:created");
    expect(messages).toEqual([expect.objectContaining({ senderName: "Order service", text: "Shipped" })]);
  });

  it("pushes and keeps notices with those scopes", async () => {
    const { client } = await make(["push", "notices"]);
    const customer = await connect(running, await makeGuest(running));
    expect(read(await client("POST", "/api/v1/push", { body: { to: { userIds: [customer.user.id] }, type: "x", content: 1 } }), pushAnswer)).toEqual({ delivered: 1, offline: [] });
    const draft = read(await client("POST", "/api/v1/notices", { body: { title: "Sale", body: "Now", level: "info", audience: "everyone" } }), notice);
    expect(read(await client("POST", `/api/v1/notices/${draft.id}/push`), notice).status).toBe("published");
    await customer.next("notice:pushed", (pushed) => pushed.notice.id === draft.id);
  });

  it("does what its scopes say at every route, and nothing else", async () => {
    const keys = [...scopes.map((one) => [one]), [], [...scopes]];
    for (const wanted of keys) {
      const { client, id } = await make(wanted.length === 0 ? ["read"] : wanted);
      if (wanted.length === 0) await running.node.database.pool.query(`update "ApiKey" set scopes = '{}' where id = $1`, [id]);
      for (const route of routes) {
        if (route.access === "open" || route.access === "known") continue;
        const { scope } = actions[route.access];
        const allowed = wanted.some((one) => one === scope);
        const answer = await client(route.method, route.pattern.replaceAll(/\{\w+\}/g, nobody), route.method === "GET" ? {} : { body: {} });
        const what = `${route.method} ${route.pattern} with ${wanted.join("+")}`;
        if (allowed) expect(answer.status, what).not.toBe(403);
        else expect({ what, status: answer.status }).toEqual({ what, status: 403 });
      }
    }
  });

  it("gives only the commands of its scopes", async () => {
    const { client } = await make(["read"]);
    const reading = new Set(["conversation:sync", "conversation:list", "waiter:list", "notice:list", "heartbeat"]);
    for (const name of Object.keys(commands)) {
      if (Object.entries(commands).some(([one, { live }]) => one === name && live)) continue;
      const { status } = await client("POST", `/api/v1/commands/${name}`, { body: {} });
      expect({ name, forbidden: status === 403 }).toEqual({ name, forbidden: !reading.has(name) });
    }
  });

  it("is dead at once when it is revoked, and its account never comes in", async () => {
    const { client, id, key } = await make(["read"]);
    expect((await client("GET", "/api/v1/waiters")).status).toBe(200);
    expect((await admin("DELETE", `/api/v1/api-keys/${id}`)).status).toBe(204);
    expectProblem(await client("GET", "/api/v1/waiters"), "unauthenticated");
    expectProblem(await admin("DELETE", `/api/v1/api-keys/${id}`), "not_found");
    expect(read(await admin("GET", "/api/v1/api-keys"), listOf(apiKey)).items.map((one) => one.id)).not.toContain(id);
    expect(await running.node.database.prisma.user.findFirst({ where: { service: `key:${id}` }, select: { disabled: true, passwordHash: true, email: true } }))
      .toEqual({ disabled: true, passwordHash: null, email: null });
    expect(key).not.toBe("");
  });

  it("is no token for sockets, refreshing or tickets, and no member of staff", async () => {
    const { client, key, id } = await make();
    await expect(connect(running, { token: key, user: (await makeGuest(running)).user })).rejects.toMatchObject({ error: { code: "unauthenticated" } });
    for (const path of ["refresh", "token", "ticket", "gateway", "logout"]) expectProblem(await client("POST", `/api/v1/auth/${path}`, { body: {} }), "forbidden");
    const account = await running.node.database.prisma.user.findFirstOrThrow({ where: { service: `key:${id}` }, select: { id: true } });
    expectProblem(await admin("PATCH", `/api/v1/users/${account.id}`, { body: { password: "let me in, please" } }), "not_found");
    const list = await admin("GET", "/api/v1/users");
    expect(JSON.stringify(list.body)).not.toContain(account.id);
  });

  it.each([`xk_${"A".repeat(43)}`, "xk_", `xk_${"é".repeat(8)}`, "xk_' or 1=1"])("that is not ours is refused: %s", async (key) => {
    expectProblem(await httpClient(running)("GET", "/api/v1/waiters", { headers: { Authorization: `Bearer ${encodeURI(key)}` } }), "unauthenticated");
  });

  it("is made by admins alone, well-formed", async () => {
    const agent = httpClient(running, (await makeStaff(running)).token);
    expectProblem(await agent("POST", "/api/v1/api-keys", { body: { name: "x", scopes: ["read"] } }), "forbidden");
    expectProblem(await agent("GET", "/api/v1/api-keys"), "forbidden");
    for (const body of [{}, { name: "", scopes: ["read"] }, { name: "x", scopes: [] }, { name: "x", scopes: ["admin"] }, { name: "x", scopes: "read" }, { name: { not: "" }, scopes: ["read"] }]) {
      expectProblem(await admin("POST", "/api/v1/api-keys", { body }), "bad_request");
    }
    expectProblem(await admin("DELETE", `/api/v1/api-keys/${createId()}`), "not_found");
  });
});
