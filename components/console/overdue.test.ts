import { expect, it } from "vitest";
import type { Conversation } from "#protocol/objects.ts";
import { listOverdue } from "./overdue.ts";

const start = Date.parse("2026-11-20T10:00:00.000Z");
const at = (ms: number) => new Date(start + ms).toISOString();
const me = { id: "me", name: "周文", avatarUrl: null };

function conversation(fields: Partial<Conversation>): Conversation {
  return {
    id: "c1",
    customer: { id: "u1", name: "王小明", avatarUrl: null, guest: true },
    status: "open",
    assignee: null,
    head: 1,
    rev: 0,
    lastMessage: null,
    waitingSince: at(0),
    snoozedUntil: null,
    priority: "normal",
    tags: [],
    createdAt: at(0),
    updatedAt: at(0),
    receipts: { customer: { delivered: 0, read: 0 }, staff: { delivered: 0, read: 0 } },
    ...fields,
  };
}

it("lists who waits too long for me, the longest first", () => {
  const rows = [
    conversation({ id: "mine", assignee: me, waitingSince: at(10_000) }),
    conversation({ id: "nobody's", waitingSince: at(0) }),
    conversation({ id: "just now", waitingSince: at(30_000) }),
    conversation({ id: "answered", waitingSince: null }),
    conversation({ id: "hers", assignee: { ...me, id: "other" } }),
    conversation({ id: "snoozed", status: "snoozed" }),
    conversation({ id: "open here" }),
  ];
  const late = listOverdue(rows, { myId: "me", openId: "open here", serverNow: start + 110_000 });
  expect(late.map(({ id }) => id)).toEqual(["nobody's", "mine"]);
});
