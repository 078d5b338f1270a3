import { beforeAll, describe, expect, it } from "vitest";

import { commands } from "#protocol/commands.ts";
import { actions } from "#server/auth/policy.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { expectProblem, type HttpClient, httpClient } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

const nobody = "11111111-1111-4111-8111-111111111111";
let running: TestNode;
let clients: Record<"customer" | "agent" | "admin", HttpClient>;
let stranger: HttpClient;

beforeAll(async () => {
  running = await startTestNode();
  const [customer, agent, admin] = await Promise.all([makeGuest(running), makeStaff(running, "agent"), makeStaff(running, "admin")]);
  clients = { customer: httpClient(running, customer.token), agent: httpClient(running, agent.token), admin: httpClient(running, admin.token) };
  stranger = httpClient(running);
});

/** The address of a route, with ids that nothing has. */
function addressOf({ pattern }: Pick<Route, "pattern">): string {
  return pattern.replace("{name}", "message:send").replaceAll(/\{\w+\}/g, nobody);
}

function bodyOf({ method }: Pick<Route, "method">) {
  return method === "GET" ? {} : { body: {} };
}

/** All that is stored, as one short text. */
async function fingerprint(): Promise<string> {
  const { pool } = running.node.database;
  const { rows } = await pool.query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public' order by 1`);
  const parts = await Promise.all(rows.map(async ({ name }) => {
    const content = await pool.query<{ hash: string }>(`select md5(string_agg(t::text, ',' order by t::text)) as hash from "${name}" t`);
    return `${name} ${content.rows[0]?.hash ?? ""}`;
  }));
  return parts.join("\n");
}

/* What needs no token, and why: it is how one gets a token, or the address itself holds one (whoever has none finds nothing). */
const withoutToken: Record<string, number> = {
  "POST /api/v1/auth/login": 400,
  "POST /api/v1/auth/guest": 201,
  "POST /api/v1/auth/identify": 400,
  "GET /api/v1/attachments/{id}": 404,
  "GET /api/v1/openapi.json": 200,
  "GET /api/v1/docs": 200,
  "GET /api/v1/docs/{file}": 404,
};

describe("every route", () => {
  it.each(routes.map((route) => ({ ...route, name: `${route.method} ${route.pattern}` })))("answers a stranger at $name as it should", async (route) => {
    const answer = await stranger(route.method, addressOf(route), bodyOf(route));
    const open = withoutToken[route.name];
    if (open === undefined) expectProblem(answer, "unauthenticated");
    else expect(answer.status).toBe(open);
  });

  it("is there for what CONTRACT.md names, each once", () => {
    const names = routes.map(({ method, pattern }) => `${method} ${pattern.replace("/api/v1", "")}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.toSorted()).toEqual([
      "DELETE /api-keys/{id}", "DELETE /auth/gateway/{id}", "DELETE /notices/{id}", "DELETE /sessions/{id}", "DELETE /waiters/me", "DELETE /waiters/{userId}", "DELETE /webhooks/{id}",
      "GET /api-keys", "GET /attachments/{id}", "GET /conversations", "GET /conversations/{id}", "GET /conversations/{id}/messages", "GET /docs", "GET /docs/{file}",
      "GET /notices", "GET /notices/{id}", "GET /notices/{id}/receipts", "GET /openapi.json", "GET /sessions", "GET /users", "GET /waiters",
      "GET /webhooks", "GET /webhooks/{id}", "GET /webhooks/{id}/deliveries",
      "PATCH /notices/{id}", "PATCH /users/{id}", "PATCH /webhooks/{id}",
      "POST /api-keys", "POST /attachments", "POST /auth/gateway", "POST /auth/guest", "POST /auth/identify", "POST /auth/login", "POST /auth/logout", "POST /auth/refresh",
      "POST /auth/ticket", "POST /auth/token", "POST /commands/{name}", "POST /messages", "POST /notices", "POST /notices/{id}/push",
      "POST /notices/{id}/withdraw", "POST /push", "POST /users", "POST /webhooks", "POST /webhooks/{id}/deliveries/{deliveryId}/repeat", "POST /webhooks/{id}/test",
      "PUT /waiters/me", "PUT /waiters/{userId}",
    ]);
  });
});

describe("every guarded route", () => {
  const allowed = (route: Route, role: "customer" | "agent" | "admin"): boolean => {
    if (route.access === "open" || route.access === "known") return true;
    const { who } = actions[route.access];
    return who === "all" || who === role || (who === "staff" && role !== "customer");
  };
  const cases = routes
    // Those that end the sign-in, or tell on the body first, are looked at on their own.
    .filter(({ access }) => access !== "open" && access !== "known" && access !== "sign-in:manage")
    .flatMap((route) => (["customer", "agent", "admin"] as const).map((role) => ({ route, role, name: `${route.method} ${route.pattern}` })));

  it.each(cases)("lets $role through or not: $name", async ({ route, role }) => {
    const answer = await clients[role](route.method, addressOf(route), bodyOf(route));
    if (allowed(route, role)) expect([200, 201, 204, 400, 404]).toContain(answer.status);
    else expectProblem(answer, "forbidden");
  });
});

describe("every command", () => {
  const over = Object.entries(commands).filter(([, { live }]) => !live);
  const live = Object.entries(commands).filter(([, command]) => command.live);

  it.each(live.map(([name]) => name))("that needs a live session is not found: %s", async (name) => {
    for (const client of [stranger, clients.admin]) expectProblem(await client("POST", `/api/v1/commands/${name}`, { body: {} }), "not_found");
  });

  it.each(over.map(([name]) => name))("needs a token: %s", async (name) => {
    expectProblem(await stranger("POST", `/api/v1/commands/${name}`, { body: {} }), "unauthenticated");
  });

  it.each(over.flatMap(([name, { who }]) => (["customer", "agent", "admin"] as const).map((role) => ({ name, who, role }))))(
    "lets $role through or not: $name",
    async ({ name, who, role }) => {
      const answer = await clients[role]("POST", `/api/v1/commands/${name}`, { body: { conversationId: nobody } });
      const fits = who === "all" || who === role || (who === "staff" && role !== "customer");
      if (fits) expect([200, 400, 404]).toContain(answer.status);
      else expectProblem(answer, "forbidden");
    },
  );

  it("that does not exist is not found, whatever it is called", async () => {
    for (const name of ["nothing", "__proto__", "constructor", "toString", "hello", "message%3Acreated", "message:send%00", "connect"]) {
      expectProblem(await clients.customer("POST", `/api/v1/commands/${name}`, { body: {} }), "not_found");
    }
  });

  it("may be written with its colon encoded", async () => {
    expect((await clients.customer("POST", "/api/v1/commands/notice%3Alist", { body: {} })).status).toBe(200);
  });
});

describe("a GET", () => {
  it("never changes anything", async () => {
    const agent = await connect(running, await makeStaff(running));
    const before = await fingerprint();
    for (const route of routes.filter(({ method }) => method === "GET")) await clients.admin("GET", addressOf(route));
    expect(await fingerprint()).toBe(before);
    expect(agent.received.filter(({ name }) => name !== "hello" && name !== "conversation:heads")).toEqual([]);
  });
});
