import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";

import { madeApiKey } from "#protocol/developers.ts";
import { madeStaffUser } from "#protocol/http.ts";
import { listOf } from "#protocol/http-answers.ts";
import { notice } from "#protocol/objects.ts";
import { sweepAnswers } from "#server/auth/answer-once.ts";
import { makeStaff } from "#server/testing/clients.ts";
import { expectProblem, type HttpClient, httpClient, read } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let running: TestNode;
let admin: HttpClient;
let other: HttpClient;

beforeAll(async () => {
  running = await startTestNode();
  admin = httpClient(running, (await makeStaff(running, "admin")).token);
  other = httpClient(running, (await makeStaff(running, "admin")).token);
});

const text = (title: string) => ({ title, body: "b", level: "info", audience: "everyone" });
const send = (key: string, body: unknown, { client = admin, path = "/api/v1/notices" } = {}) =>
  client("POST", path, { body, headers: { "Idempotency-Key": key } });
const countOf = (title: string) => running.node.database.prisma.notice.count({ where: { title } });

describe("a request with an Idempotency-Key", () => {
  it("makes one thing, however often it comes", async () => {
    const [key, title] = [randomUUID(), randomUUID()];
    const first = await send(key, text(title));
    const second = await send(key, { audience: "everyone", level: "info", body: "b", title, extra: 1 });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect([first, second].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true"]);
    expect(await countOf(title)).toBe(1);
  });

  it("makes one thing of eight at once", async () => {
    const [key, title] = [randomUUID(), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(key, text(title))));
    expect(new Set(answers.map((answer) => read(answer, notice).id)).size).toBe(1);
    expect(await countOf(title)).toBe(1);
  });

  it("makes two things without a key, and for two callers", async () => {
    const [key, title] = [randomUUID(), randomUUID()];
    await admin("POST", "/api/v1/notices", { body: text(title) });
    await admin("POST", "/api/v1/notices", { body: text(title) });
    await send(key, text(title));
    await send(key, text(title), { client: other });
    expect(await countOf(title)).toBe(4);
  });

  it("is a conflict with another body, or at another route", async () => {
    const key = randomUUID();
    expect((await send(key, text("one"))).status).toBe(201);
    expectProblem(await send(key, text("another")), "conflict");
    expectProblem(await send(key, { name: "x", scopes: ["read"] }, { path: "/api/v1/api-keys" }), "conflict");
  });

  it("shows a password and a key again, which stand nowhere in the database", async () => {
    const [key, email] = [randomUUID(), `${randomUUID()}@example.com`];
    const user = () => send(key, { email, name: "Jun", role: "agent" }, { path: "/api/v1/users" });
    const { password, id } = read(await user(), madeStaffUser);
    expect(password).toMatch(/.{8}/);
    expect(read(await user(), madeStaffUser)).toMatchObject({ id, password });
    const made = read(await send(randomUUID(), { name: "x", scopes: ["read"] }, { path: "/api/v1/api-keys" }), madeApiKey);
    const { rows } = await running.node.database.pool.query<{ answer: Buffer }>(`select answer from "IdempotentAnswer"`);
    const kept = Buffer.concat(rows.map(({ answer }) => answer)).toString("latin1");
    for (const secret of [password ?? "", made.key, email]) expect(kept).not.toContain(secret);
  });

  it("that failed leaves nothing behind and may come again", async () => {
    const [key, email] = [randomUUID(), `${randomUUID()}@example.com`];
    const first = read(await admin("POST", "/api/v1/users", { body: { email, name: "Jun", role: "agent" } }), madeStaffUser);
    const again = () => send(key, { email, name: "Jun", role: "agent" }, { path: "/api/v1/users" });
    expectProblem(await again(), "conflict");
    await running.node.database.prisma.user.delete({ where: { id: first.id } });
    expect((await again()).status).toBe(201);
  });

  it("is remembered for a day", async () => {
    const [key, title] = [randomUUID(), randomUUID()];
    const { pool } = running.node.database;
    const age = (hours: number) => pool.query(`update "IdempotentAnswer" set "createdAt" = clock_timestamp() - $1 * interval '1 hour'`, [hours]);
    await send(key, text(title));
    await age(23);
    await sweepAnswers(running.node);
    expect((await send(key, text(title))).headers.get("idempotency-replayed")).toBe("true");
    await age(25);
    expect((await send(key, text(title))).headers.get("idempotency-replayed")).toBeNull();
    expect(await countOf(title)).toBe(2);
    await age(25);
    await sweepAnswers(running.node);
    expect((await pool.query(`select 1 from "IdempotentAnswer"`)).rowCount).toBe(0);
  });

  it("may be quoted, and must be a key", async () => {
    const [key, title] = [randomUUID(), randomUUID()];
    await send(key, text(title));
    expect((await send(`"${key}"`, text(title))).headers.get("idempotency-replayed")).toBe("true");
    for (const wrong of ["x".repeat(201), '"', "a b", "clé"]) expectProblem(await send(wrong, text("x")), "bad_request");
    expect(read(await admin("GET", "/api/v1/notices"), listOf(z.looseObject({}))).items.length).toBeGreaterThan(0);
  });
});
