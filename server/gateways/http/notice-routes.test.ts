import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";

import { type Notice, notice } from "#protocol/objects.ts";
import { createId } from "#server/ids.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { expectProblem, type HttpClient, httpClient, pageOf, read } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

const receipt = z.object({
  userId: z.string(), name: z.string(), role: z.string(), deliveredAt: z.string(),
  seenAt: z.nullable(z.string()), dismissedAt: z.nullable(z.string()), acknowledgedAt: z.nullable(z.string()),
});
const sale = { title: "大促", body: "Everything must go", level: "urgent", audience: "customers" };
let running: TestNode;
let admin: HttpClient;

beforeAll(async () => {
  running = await startTestNode();
  admin = httpClient(running, (await makeStaff(running, "admin")).token);
});

async function draft(fields: Record<string, unknown> = {}): Promise<Notice> {
  const answer = await admin("POST", "/api/v1/notices", { body: { ...sale, ...fields } });
  expect(answer.status).toBe(201);
  return read(answer, notice);
}

describe("a notice", () => {
  it("begins as a draft that nobody gets", async () => {
    const made = await draft();
    expect(made).toMatchObject({ ...sale, status: "draft", requireAck: true, startsAt: null, endsAt: null });
    expect(await draft({ level: "info" })).toMatchObject({ requireAck: false });
    const { items } = read(await httpClient(running, (await makeGuest(running)).token)("POST", "/api/v1/commands/notice:list").then((answer) => ({ ...answer, body: { items: z.parse(z.object({ notices: z.array(notice) }), answer.body).notices, cursor: null } })), pageOf(notice));
    expect(items).toEqual([]);
    expect(read(await admin("GET", `/api/v1/notices/${made.id}`), notice)).toEqual(made);
  });

  it("reaches its audience when it is pushed, is counted, changed and withdrawn", async () => {
    const [guest, staff] = [await connect(running, await makeGuest(running)), await connect(running, await makeStaff(running))];
    const { id } = await draft();
    const pushed = read(await admin("POST", `/api/v1/notices/${id}/push`), notice);
    expect(pushed).toMatchObject({ status: "published", counts: { online: 1, delivered: 1, seen: 0, acknowledged: 0 } });
    expect((await guest.next("notice:pushed")).notice).toMatchObject({ id, title: "大促" });

    await guest.call("notice:mark", { noticeId: id, state: "acknowledged" });
    await staff.next("notice:updated", ({ notice: told }) => told.id === id && told.counts?.acknowledged === 1);
    const { items } = read(await admin("GET", `/api/v1/notices/${id}/receipts`), pageOf(receipt));
    expect(items).toEqual([expect.objectContaining({ userId: guest.user.id, role: "customer", acknowledgedAt: expect.any(String), dismissedAt: null })]);

    expect(read(await admin("PATCH", `/api/v1/notices/${id}`, { body: { title: "大促!" } }), notice)).toMatchObject({ title: "大促!", body: sale.body });
    expect((await guest.next("notice:updated")).notice).not.toHaveProperty("counts");
    expectProblem(await admin("PATCH", `/api/v1/notices/${id}`, { body: { audience: "staff" } }), "conflict");
    expect(read(await admin("POST", `/api/v1/notices/${id}/withdraw`), notice).status).toBe("withdrawn");
    expect(await guest.next("notice:withdrawn")).toEqual({ noticeId: id });
    expectProblem(await admin("POST", `/api/v1/notices/${id}/push`), "conflict");
    expect(staff.received.some(({ name }) => name === "notice:pushed")).toBe(false);
  });

  it("that begins later is scheduled", async () => {
    const { id } = await draft({ startsAt: new Date(Date.now() + 60_000).toISOString() });
    expect(read(await admin("POST", `/api/v1/notices/${id}/push`), notice).status).toBe("scheduled");
  });

  it("is removed, and then nobody finds it", async () => {
    const { id } = await draft();
    expect((await admin("DELETE", `/api/v1/notices/${id}`)).status).toBe(204);
    for (const [method, path] of [["GET", ""], ["PATCH", ""], ["DELETE", ""], ["POST", "/push"], ["POST", "/withdraw"], ["GET", "/receipts"]] as const) {
      expectProblem(await admin(method, `/api/v1/notices/${id}${path}`, method === "PATCH" ? { body: { title: "x" } } : {}), "not_found");
    }
    expectProblem(await admin("GET", "/api/v1/notices/nothing"), "bad_request");
  });

  it("must have what the contract asks for", async () => {
    for (const fields of [{ title: "" }, { title: "x".repeat(201) }, { body: 5 }, { level: "loud" }, { audience: "all" }, { startsAt: "tomorrow" }, { requireAck: "yes" }, { title: "a\u0000b" },
      { startsAt: "2030-01-02T00:00:00.000Z", endsAt: "2030-01-01T00:00:00.000Z" }]) {
      expectProblem(await admin("POST", "/api/v1/notices", { body: { ...sale, ...fields } }), "bad_request");
    }
  });
});

describe("notices", () => {
  it("are listed newest first, in pages", async () => {
    const made = [await draft(), await draft(), await draft()].map(({ id }) => id).toReversed();
    const first = read(await admin("GET", "/api/v1/notices?limit=2"), pageOf(notice));
    const second = read(await admin("GET", `/api/v1/notices?limit=1&cursor=${first.cursor ?? ""}`), pageOf(notice));
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made);
    expectProblem(await admin("GET", `/api/v1/notices?cursor=${randomUUID().slice(1)}`), "bad_request");
    expect(read(await admin("GET", `/api/v1/notices?cursor=${createId()}&limit=1`), pageOf(notice)).items).toHaveLength(1);
  });
});
