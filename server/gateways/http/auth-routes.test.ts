import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { encode } from "next-auth/jwt";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";

import { grant, type Grant, ticketAnswer } from "#protocol/http.ts";
import { ownConversation } from "#protocol/objects.ts";
import { hashPassword } from "#server/auth/passwords.ts";
import { spendTicket } from "#server/auth/tickets.ts";
import { verifyToken } from "#server/auth/tokens.ts";
import { createId } from "#server/ids.ts";
import { CommandRefused, connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { expectProblem, type HttpClient, httpClient, pageOf, read } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let running: TestNode;
let anyone: HttpClient;

beforeAll(async () => {
  running = await startTestNode({ ALLOWED_ORIGINS: "https://shop.example" });
  anyone = httpClient(running);
});

async function makeAccount(password: string, role: "agent" | "admin" = "agent") {
  const email = `${randomUUID()}@example.com`;
  const user = await running.node.database.prisma.user.create({ data: { id: createId(), role, name: "Lan", email, passwordHash: await hashPassword(password) } });
  return { ...user, email };
}

function signIdentity(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).setExpirationTime("5m").sign(running.node.secrets.site);
}

/** The cookie of a page's session, as next-auth makes it. */
async function cookieOf({ token }: Grant): Promise<string> {
  const { claims } = await verifyToken(running.node.secrets, "access", token);
  return `next-auth.session-token=${await encode({ token: { ...claims }, secret: running.node.secrets.cookie })}`;
}

describe("login", () => {
  it("answers a token for the right password, and the same refusal for everything else", async () => {
    const account = await makeAccount("correct horse");
    const answer = read(await anyone("POST", "/api/v1/auth/login", { body: { email: account.email.toUpperCase(), password: "correct horse" } }), grant);
    expect(answer.user).toMatchObject({ id: account.id, role: "agent", name: "Lan", guest: false });
    expect((await httpClient(running, answer.token)("GET", "/api/v1/waiters")).status).toBe(200);
    const refusals = await Promise.all([
      anyone("POST", "/api/v1/auth/login", { body: { email: account.email, password: "wrong" } }),
      anyone("POST", "/api/v1/auth/login", { body: { email: "nobody@example.com", password: "correct horse" } }),
      anyone("POST", "/api/v1/auth/login", { body: { email: "\u0000@x", password: "'; drop table \"User\"; --" } }),
    ]);
    for (const refusal of refusals) expectProblem(refusal, "unauthenticated");
    expect(new Set(refusals.map(({ body }) => z.parse(z.object({ detail: z.string() }), body).detail)).size).toBe(1);
  });

  it("takes two strings and nothing else", async () => {
    for (const body of [{}, { email: "a@b.c" }, { email: { not: "" }, password: "x" }, { email: "a@b.c", password: ["x"] }, { email: "x".repeat(255), password: "x" }]) {
      expectProblem(await anyone("POST", "/api/v1/auth/login", { body }), "bad_request");
    }
  });
});

describe("guest", () => {
  it("makes a customer without a name or with one", async () => {
    const made = await anyone("POST", "/api/v1/auth/guest");
    expect(made.status).toBe(201);
    expect(read(made, grant).user).toMatchObject({ role: "customer", guest: true, externalId: null });
    const named = read(await anyone("POST", "/api/v1/auth/guest", { body: { name: "小明", locale: "zh-CN", role: "admin", id: randomUUID() } }), grant);
    expect(named.user).toMatchObject({ role: "customer", name: "小明" });
    for (const name of ["", "   ", "x".repeat(81), "a\u0000b", "\ud800", 5]) expectProblem(await anyone("POST", "/api/v1/auth/guest", { body: { name } }), "bad_request");
  });
});

describe("refresh, ticket and logout", () => {
  it("renews a token of the same sign-in", async () => {
    const before = await makeStaff(running);
    const after = read(await httpClient(running, before.token)("POST", "/api/v1/auth/refresh"), grant);
    const [one, other] = await Promise.all([before, after].map(({ token }) => verifyToken(running.node.secrets, "access", token)));
    expect(other?.claims.sid).toBe(one?.claims.sid);
    expect(after.user).toEqual(before.user);
  });

  it("sells a ticket that opens one connection", async () => {
    const { token, user } = await makeGuest(running);
    const answer = await httpClient(running, token)("POST", "/api/v1/auth/ticket");
    expect(answer.status).toBe(201);
    const { ticket, expiresAt } = read(answer, ticketAnswer);
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(Date.now() + 60_000);
    expect((await spendTicket(running.node, ticket)).userId).toBe(user.id);
    await expect(spendTicket(running.node, ticket)).rejects.toMatchObject({ code: "unauthenticated" });
    expectProblem(await httpClient(running, ticket)("POST", "/api/v1/auth/refresh"), "unauthenticated");
  });

  it("ends this sign-in and its connections", async () => {
    const mine = await makeStaff(running);
    const client = await connect(running, mine);
    expect((await httpClient(running, mine.token)("POST", "/api/v1/auth/logout")).status).toBe(204);
    expectProblem(await httpClient(running, mine.token)("GET", "/api/v1/waiters"), "unauthenticated");
    expect(await client.next("session:bye")).toEqual({ code: "revoked", reconnectInMs: null });
  });

  it("ends all of them on request", async () => {
    const account = await makeAccount("correct horse");
    const login = async () => read(await anyone("POST", "/api/v1/auth/login", { body: { email: account.email, password: "correct horse" } }), grant);
    const [here, there] = [await login(), await login()];
    expect((await httpClient(running, here.token)("POST", "/api/v1/auth/logout", { body: { everywhere: true } })).status).toBe(204);
    expectProblem(await httpClient(running, there.token)("POST", "/api/v1/auth/refresh"), "unauthenticated");
  });
});

describe("the cookie of the pages", () => {
  it("counts only for what a page of ours sends", async () => {
    const Cookie = await cookieOf(await makeStaff(running));
    const own = { Cookie, Origin: `http://127.0.0.1:${running.port}` };
    const answer = read(await anyone("POST", "/api/v1/auth/token", { headers: own }), grant);
    expect((await httpClient(running, answer.token)("GET", "/api/v1/waiters")).status).toBe(200);
    expect((await anyone("PUT", "/api/v1/waiters/me", { headers: own })).status).toBe(200);
    expect((await anyone("GET", "/api/v1/waiters", { headers: { Cookie, "Sec-Fetch-Site": "same-origin" } })).status).toBe(200);

    expectProblem(await anyone("POST", "/api/v1/auth/token", { headers: { Cookie } }), "unauthenticated");
    expectProblem(await anyone("PUT", "/api/v1/waiters/me", { headers: { Cookie, "Sec-Fetch-Site": "same-origin" } }), "unauthenticated");
    expectProblem(await anyone("PUT", "/api/v1/waiters/me", { headers: { Cookie, "Sec-Fetch-Site": "cross-site" } }), "forbidden");
    for (const site of ["cross-site", "same-site", "none"]) expectProblem(await anyone("GET", "/api/v1/waiters", { headers: { Cookie, "Sec-Fetch-Site": site } }), "unauthenticated");
    expectProblem(await anyone("PUT", "/api/v1/waiters/me", { headers: { Cookie, Origin: "https://evil.example" } }), "forbidden");
    // It may call, with a token of its own.
    expectProblem(await anyone("PUT", "/api/v1/waiters/me", { headers: { Cookie, Origin: "https://shop.example" } }), "unauthenticated");
  });

  it("is never looked at beside a token", async () => {
    const headers = { Cookie: await cookieOf(await makeStaff(running)), Origin: `http://127.0.0.1:${running.port}`, Authorization: "Bearer nothing" };
    expectProblem(await anyone("GET", "/api/v1/waiters", { headers }), "unauthenticated");
    expectProblem(await httpClient(running, (await makeStaff(running)).token)("POST", "/api/v1/auth/token"), "unauthenticated");
  });
});

describe("identify", () => {
  it("makes a customer of whom the host site signs for, and knows it again", async () => {
    const sub = `shop-${randomUUID()}`;
    const first = read(await anyone("POST", "/api/v1/auth/identify", { body: { identity: await signIdentity({ sub, name: "Wang Fang", email: "fang@example.com" }) } }), grant);
    expect(first.user).toMatchObject({ role: "customer", guest: false, externalId: sub, name: "Wang Fang" });
    const again = read(await anyone("POST", "/api/v1/auth/identify", { body: { identity: await signIdentity({ sub }) } }), grant);
    expect(again.user.id).toBe(first.user.id);
  });

  it("refuses what the host site did not sign", async () => {
    const foreign = await new SignJWT({ sub: "victim" }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("5m").sign(new TextEncoder().encode("x".repeat(48)));
    for (const identity of [foreign, "x", (await signIdentity({ sub: "a" })).slice(0, -3), await signIdentity({ sub: ["a"] })]) {
      expectProblem(await anyone("POST", "/api/v1/auth/identify", { body: { identity } }), "unauthenticated");
    }
    expectProblem(await anyone("POST", "/api/v1/auth/identify", { body: { identity: await signIdentity({ sub: "a" }) }, headers: { Authorization: "Bearer foreign" } }), "unauthenticated");
  });

  it("takes a guest along: conversations move, its token is dead, its sessions are told to come back", async () => {
    const guest = await makeGuest(running);
    const client = await connect(running, guest);
    const agent = await connect(running, await makeStaff(running));
    const { conversationId } = await client.say("Hello before signing in");
    const body = { identity: await signIdentity({ sub: `shop-${randomUUID()}`, name: "Li" }) };
    const customer = read(await httpClient(running, guest.token)("POST", "/api/v1/auth/identify", { body }), grant);

    expect(await client.next("session:bye")).toEqual({ code: "merged", reconnectInMs: 0 });
    const told = await agent.next("conversation:updated", ({ conversation }) => conversation.id === conversationId && "customer" in conversation && !conversation.customer.guest);
    expect(told.conversation).toMatchObject({ customer: { id: customer.user.id, name: "Li" } });
    expectProblem(await httpClient(running, guest.token)("GET", "/api/v1/conversations"), "unauthenticated");
    await expect(connect(running, guest)).rejects.toBeInstanceOf(CommandRefused);
    const { items } = read(await httpClient(running, customer.token)("GET", "/api/v1/conversations"), pageOf(ownConversation));
    expect(items.map(({ id }) => id)).toEqual([conversationId]);

    const lost = read(await httpClient(running, guest.token)("POST", "/api/v1/auth/identify", { body }), grant);
    expect(lost.user.id).toBe(customer.user.id);
  });
});
