import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";

import { grant, staffUser } from "#protocol/http.ts";
import { createId } from "#server/ids.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { expectProblem, type HttpClient, httpClient, pageOf, read } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

const made = z.extend(staffUser, { password: z.optional(z.string()) });
let running: TestNode;
let admin: HttpClient;

beforeAll(async () => {
  running = await startTestNode();
  admin = httpClient(running, (await makeStaff(running, "admin")).token);
});

async function create(fields: Record<string, unknown> = {}) {
  const answer = await admin("POST", "/api/v1/users", { body: { email: `${randomUUID()}@example.com`, name: "Jun", role: "agent", ...fields } });
  expect(answer.status).toBe(201);
  return read(answer, made);
}
const login = (email: string, password = "") => httpClient(running)("POST", "/api/v1/auth/login", { body: { email, password } });

describe("an account", () => {
  it("is made with a password that is shown once", async () => {
    const account = await create();
    expect(account).toMatchObject({ name: "Jun", role: "agent", disabled: false, avatarUrl: null });
    expect(read(await login(account.email, account.password), grant).user.id).toBe(account.id);
    const { items } = read(await admin("GET", "/api/v1/users"), pageOf(z.looseObject({ id: z.string() })));
    const listed = items.find(({ id }) => id === account.id);
    expect(listed).toMatchObject({ email: account.email });
    expect(Object.keys(listed ?? {}).toSorted()).toEqual(["avatarUrl", "disabled", "email", "externalId", "id", "name", "role"]);
  });

  it("is made with a given password, which is not shown", async () => {
    const account = await create({ password: "correct horse" });
    expect(account.password).toBeUndefined();
    expect((await login(account.email, "correct horse")).status).toBe(200);
  });

  it("that exists is a conflict", async () => {
    const { email } = await create();
    const taken = await admin("POST", "/api/v1/users", { body: { email: email.toUpperCase(), name: "Jun", role: "agent" } });
    expectProblem(taken, "conflict");
    expect(taken.body).toMatchObject({ details: { field: "email" } });
  });

  it("is changed; another role, another password or disabling end what it had open", async () => {
    for (const patch of [{ role: "admin" }, { password: "another horse" }, { disabled: true }]) {
      const account = await create({ password: "correct horse" });
      const client = await connect(running, read(await login(account.email, "correct horse"), grant));
      const changed = read(await admin("PATCH", `/api/v1/users/${account.id}`, { body: patch }), z.looseObject({}));
      expect(changed).not.toHaveProperty("password");
      expect(await client.next("session:bye")).toEqual({ code: "revoked", reconnectInMs: null });
      expectProblem(await httpClient(running, client.token)("GET", "/api/v1/waiters"), "unauthenticated");
    }
    const account = await create();
    expect(read(await admin("PATCH", `/api/v1/users/${account.id}`, { body: { name: "Jun Li" } }), staffUser)).toMatchObject({ name: "Jun Li", role: "agent" });
  });

  it("must be one of staff, and well-formed", async () => {
    const guest = await makeGuest(running);
    expectProblem(await admin("PATCH", `/api/v1/users/${guest.user.id}`, { body: { role: "admin" } }), "not_found");
    expectProblem(await admin("PATCH", `/api/v1/users/${createId()}`, { body: { name: "x" } }), "not_found");
    expectProblem(await admin("PATCH", "/api/v1/users/nobody", { body: { name: "x" } }), "bad_request");
    for (const fields of [{ email: "a@evil.com,v@victim.com" }, { email: '"e@evil.com"@victim.com' }, { email: "<b>@example.com" }, { role: "customer" }, { role: "owner" }, { password: "short" }, { name: "" }, { name: { contains: "" } }]) {
      expectProblem(await admin("POST", "/api/v1/users", { body: { email: `${randomUUID()}@example.com`, name: "Jun", role: "agent", ...fields } }), "bad_request");
    }
    const account = await create({ id: createId(), disabled: true, version: 9, passwordHash: "x" });
    expect(account).toMatchObject({ disabled: false });
  });
});
