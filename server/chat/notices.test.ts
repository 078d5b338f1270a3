import { beforeAll, describe, expect, it } from "vitest";

import type { NoticeBody } from "#protocol/http.ts";
import { authenticate } from "#server/auth/identity.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

import { createNotice, publishScheduled, pushNotice, updateNotice, withdrawNotice } from "./notice-board.ts";
import type { Caller } from "./node.ts";

let node: TestNode;
let admin: Caller;
let agent: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  const identity = await authenticate(node.node, (await makeStaff(node, "admin", "Ada")).token);
  admin = { node: node.node, identity, session: null, address: "127.0.0.1", requestId: null };
  agent = await connect(node, await makeStaff(node));
});

const write = (changes: Partial<NoticeBody> = {}) =>
  createNotice(admin, { title: "春节放假", body: "2 月 1 日至 7 日休息", level: "info", audience: "everyone", ...changes });

const newGuest = async () => connect(node, await makeGuest(node));

describe("a notice", () => {
  it("reaches its audience when it is pushed, and whoever comes later once", async () => {
    const guest = await newGuest();
    const draft = await write({ audience: "customers" });
    expect(draft).toMatchObject({ status: "draft", requireAck: false });
    expect((await guest.call("notice:list", {})).notices).toEqual([]);
    const pushed = await pushNotice(admin, draft.id);
    expect(pushed).toMatchObject({ status: "published", counts: { online: 1, delivered: 1, seen: 0, acknowledged: 0 } });
    expect((await guest.next("notice:pushed", ({ notice }) => notice.id === draft.id)).notice).toMatchObject({ title: "春节放假", mine: { dismissedAt: null } });
    const late = await newGuest();
    expect((await late.call("notice:list", {})).notices.map((one) => one.id)).toContain(draft.id);
    await late.call("notice:mark", { noticeId: draft.id, state: "dismissed" });
    expect((await late.call("notice:list", {})).notices.map((one) => one.id)).not.toContain(draft.id);
    expect((await agent.call("notice:list", {})).notices.map((one) => one.id)).not.toContain(draft.id);
    expect(await agent.ask("notice:mark", { noticeId: draft.id, state: "seen" })).toMatchObject({ error: { code: "not_found" } });
    const { notice } = await agent.next("notice:updated", (payload) => payload.notice.counts?.delivered === 2 && payload.notice.counts.seen === 1);
    expect(notice.id).toBe(draft.id);
  });

  it("asks for an acknowledgement when it is urgent, and counts it once per person", async () => {
    const grant = await makeGuest(node);
    const tabs = [await connect(node, grant), await connect(node, grant)];
    const { id, requireAck } = await write({ level: "urgent", audience: "customers" });
    expect(requireAck).toBe(true);
    await pushNotice(admin, id);
    for (const tab of tabs) await tab.call("notice:mark", { noticeId: id, state: "acknowledged" });
    const { notices } = await (tabs[0] ?? agent).call("notice:list", {});
    expect(notices.find((one) => one.id === id)?.mine?.acknowledgedAt).not.toBeNull();
    await agent.next("notice:updated", ({ notice }) => notice.id === id && notice.counts?.acknowledged === 1);
  });

  it("disappears everywhere when it is withdrawn, and stays so", async () => {
    const guest = await newGuest();
    const { id } = await write();
    await pushNotice(admin, id);
    await withdrawNotice(admin, id);
    expect(await guest.next("notice:withdrawn")).toEqual({ noticeId: id });
    expect((await guest.call("notice:list", {})).notices.map((one) => one.id)).not.toContain(id);
    await expect(pushNotice(admin, id)).rejects.toMatchObject({ code: "conflict" });
    await expect(updateNotice(admin, id, { title: "x" })).rejects.toMatchObject({ code: "conflict" });
  });

  it("is told anew to its audience when it is edited, without the counts", async () => {
    const guest = await newGuest();
    const { id } = await write({ audience: "customers" });
    await pushNotice(admin, id);
    await updateNotice(admin, id, { title: "延长到 8 日" });
    const { notice } = await guest.next("notice:updated");
    expect(notice).toMatchObject({ id, title: "延长到 8 日" });
    expect(notice).not.toHaveProperty("counts");
  });

  it("waits for its time, and is over after it", async () => {
    const guest = await newGuest();
    const { id } = await write({ audience: "customers", startsAt: new Date(Date.now() + 60_000).toISOString(), endsAt: new Date(Date.now() + 120_000).toISOString() });
    expect((await pushNotice(admin, id)).status).toBe("scheduled");
    const shift = (seconds: number) => node.node.database.pool.query(
      `update "Notice" set "startsAt" = "startsAt" - $2 * interval '1 second', "endsAt" = "endsAt" - $2 * interval '1 second' where id = $1`, [id, seconds]);
    await shift(61);
    expect(await publishScheduled(node.node)).toBe(1);
    await guest.next("notice:pushed", ({ notice }) => notice.id === id);
    await shift(60);
    expect((await (await newGuest()).call("notice:list", {})).notices.map((one) => one.id)).not.toContain(id);
    await expect(write({ startsAt: "2026-01-02T00:00:00.000Z", endsAt: "2026-01-01T00:00:00.000Z" })).rejects.toMatchObject({ code: "bad_request" });
  });
});
