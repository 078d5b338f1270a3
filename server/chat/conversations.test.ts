import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let node: TestNode;
let mei: TestClient;
let bo: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  mei = await connect(node, await makeStaff(node, "agent", "Mei"));
  bo = await connect(node, await makeStaff(node, "agent", "Bo"));
});

const newGuest = async () => connect(node, await makeGuest(node));
const refusal = (code: string) => ({ error: { code } });

async function begin() {
  const guest = await newGuest();
  const { conversationId } = await guest.say("hi");
  return { guest, conversationId };
}

describe("conversation:claim", () => {
  it("lets exactly one of two win, and tells the other who", async () => {
    const { guest, conversationId } = await begin();
    const [one, two] = await Promise.all([mei.ask("conversation:claim", { conversationId }), bo.ask("conversation:claim", { conversationId })]);
    const [winner, loser] = one.ok ? [mei, two] : [bo, one];
    expect(loser).toMatchObject({ ok: false, error: { code: "conflict", details: { assignee: { id: winner.user.id, name: winner.user.name } } } });
    await winner.call("conversation:claim", { conversationId });
    const { messages } = await guest.next("message:created", (payload) => payload.messages.some((each) => each.kind === "system"));
    expect(messages.at(-1)).toMatchObject({ senderId: null, senderRole: "system", seq: 2, text: `客服 ${winner.user.name} 为您服务` });
    await guest.next("conversation:updated", ({ conversation }) => conversation.assignee?.id === winner.user.id);
  });
});

describe("conversation:update", () => {
  it("resolves, and the customer's next message opens it again with the same assignee", async () => {
    const { guest, conversationId } = await begin();
    await mei.call("conversation:claim", { conversationId });
    const { conversation } = await mei.call("conversation:update", { conversationId, status: "resolved" });
    expect(conversation).toMatchObject({ status: "resolved", waitingSince: null });
    const message = await guest.say("one more thing");
    expect(message.conversationId).toBe(conversationId);
    const after = await mei.call("conversation:open", { conversationId });
    expect(after.conversation).toMatchObject({ status: "open", assignee: { id: mei.user.id }, head: message.seq });
    const { messages } = await mei.call("conversation:sync", { conversationId, after: 0 });
    expect(messages.map((one) => one.kind)).toEqual(["text", "system", "system", "system", "text"]);
  });

  it("begins a new conversation when the last one was resolved more than a day ago", async () => {
    const { guest, conversationId } = await begin();
    await mei.call("conversation:update", { conversationId, status: "resolved" });
    await node.node.database.pool.query(`update "Conversation" set "resolvedAt" = now() - interval '25 hours' where id = $1`, [conversationId]);
    const message = await guest.say("long time");
    expect(message).toMatchObject({ seq: 1 });
    expect(message.conversationId).not.toBe(conversationId);
    await expect(guest.call("message:send", { clientMsgId: randomUUID(), kind: "text", text: "into the old", conversationId })).rejects.toMatchObject(refusal("conflict"));
    await expect(mei.call("conversation:update", { conversationId, status: "open" })).rejects.toMatchObject(refusal("conflict"));
  });

  it("snoozes until a time to come, and a customer's message wakes it", async () => {
    const { guest, conversationId } = await begin();
    await expect(mei.call("conversation:update", { conversationId, status: "snoozed" })).rejects.toMatchObject(refusal("bad_request"));
    const snoozedUntil = new Date(Date.now() + 3_600_000).toISOString();
    expect((await mei.call("conversation:update", { conversationId, status: "snoozed", snoozedUntil })).conversation).toMatchObject({ status: "snoozed", snoozedUntil });
    await guest.say("wake up");
    expect((await mei.call("conversation:open", { conversationId })).conversation).toMatchObject({ status: "open", snoozedUntil: null });
  });

  it("changes priority, tags and assignee, and tells all staff", async () => {
    const { conversationId } = await begin();
    await mei.call("conversation:update", { conversationId, priority: "urgent", tags: ["退款", "VIP", "VIP"], assigneeId: bo.user.id });
    const { conversation } = await bo.next("conversation:updated", (payload) => payload.conversation.id === conversationId && payload.conversation.assignee !== null);
    expect(conversation).toMatchObject({ priority: "urgent", tags: ["退款", "VIP"], assignee: { id: bo.user.id, name: "Bo" } });
    await expect(mei.call("conversation:update", { conversationId, assigneeId: randomUUID() })).rejects.toMatchObject(refusal("not_found"));
  });

  it("is for staff alone", async () => {
    const { guest, conversationId } = await begin();
    for (const command of ["conversation:update", "conversation:claim", "conversation:open", "conversation:close"]) {
      expect(await guest.ask(command, { conversationId })).toMatchObject({ ok: false, ...refusal("forbidden") });
    }
    expect(await guest.ask("conversation:list", { filter: "all" })).toMatchObject({ ok: false, ...refusal("forbidden") });
  });
});

describe("conversation:list", () => {
  it("pages through everything once, newest change first, with counts and my unread", async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.push((await begin()).conversationId);
    await mei.call("conversation:update", { conversationId: made[0] ?? "", assigneeId: mei.user.id });
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await mei.call("conversation:list", { filter: "all", limit: 2, cursor });
      seen.push(...page.conversations.map((one) => one.id));
      cursor = page.cursor;
      expect(page.counts.all).toBeGreaterThanOrEqual(5);
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 5)).toEqual([made[0], made[4], made[3], made[2], made[1]]);
    const { conversations } = await mei.call("conversation:list", { filter: "mine" });
    expect(conversations.map((one) => one.id)).toContain(made[0]);
    expect(conversations.find((one) => one.id === made[0])).toMatchObject({ unread: 1, head: 2 });
    await expect(mei.call("conversation:list", { filter: "all", cursor: "bm9uc2Vuc2U" })).rejects.toMatchObject(refusal("bad_request"));
  });
});

describe("conversation:read", () => {
  it("raises marks that never fall and never pass the head, and tells the other side", async () => {
    const { guest, conversationId } = await begin();
    await mei.call("conversation:read", { conversationId, delivered: 1 });
    await guest.next("receipt:updated", ({ receipts }) => receipts.staff.delivered === 1);
    const { receipts } = await mei.call("conversation:read", { conversationId, read: 9e15 });
    expect(receipts.staff).toEqual({ delivered: 1, read: 1 });
    expect((await mei.call("conversation:read", { conversationId, read: 0 })).receipts.staff.read).toBe(1);
    for (const read of [-1, "5", 1.5, null]) expect(await mei.ask("conversation:read", { conversationId, read })).toMatchObject(refusal("bad_request"));
  });
});

describe("conversation:urge and typing", () => {
  it("reach the waiters, and typing reaches the customer", async () => {
    await mei.call("waiter:register", {});
    const { guest, conversationId } = await begin();
    await guest.call("conversation:urge", {});
    expect(await mei.next("conversation:urged", (payload) => payload.conversationId === conversationId)).toMatchObject({ customer: { id: guest.user.id } });
    await guest.call("typing", { on: true });
    expect(await mei.next("typing", (payload) => payload.conversationId === conversationId)).toMatchObject({ userId: guest.user.id, on: true });
    await mei.call("typing", { conversationId, on: true });
    expect(await guest.next("typing")).toMatchObject({ userId: mei.user.id, name: "Mei", on: true });
  });
});
