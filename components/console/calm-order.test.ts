import { describe, expect, it } from "vitest";
import type { Conversation } from "#protocol/objects.ts";
import { calmOrder, rowsToFollow } from "./calm-order.ts";

const row = (id: string): Conversation => ({
  id,
  customer: { id: `u-${id}`, name: id, avatarUrl: null, guest: true },
  status: "open",
  assignee: null,
  head: 1,
  rev: 0,
  lastMessage: null,
  waitingSince: null,
  snoozedUntil: null,
  priority: "normal",
  tags: [],
  createdAt: "2026-11-20T10:00:00.000Z",
  updatedAt: "2026-11-20T10:00:00.000Z",
  receipts: { customer: { delivered: 0, read: 0 }, staff: { delivered: 0, read: 0 } },
});
const seen = (...ids: string[]) => ids.map((id) => ({ conversation: row(id), leaving: false }));
const order = (rows: { conversation: Conversation; leaving: boolean }[]) => rows.map(({ conversation, leaving }) => (leaving ? `(${conversation.id})` : conversation.id)).join(" ");

describe("calmOrder", () => {
  it("shows the list as it is when nothing is held", () => {
    expect(order(calmOrder(["b", "a"].map(row), null))).toBe("b a");
  });

  it("keeps places under the pointer, also of rows that have left, and puts new ones below", () => {
    expect(order(calmOrder(["new", "c", "a"].map(row), seen("a", "b", "c")))).toBe("a (b) c new");
  });
});

describe("rowsToFollow", () => {
  it("follows by as many rows as came before the first one in sight", () => {
    expect(rowsToFollow(["a", "b", "c"], ["x", "a", "b", "c"], 1)).toBe(1);
    expect(rowsToFollow(["a", "b", "c"], ["b", "c"], 1)).toBe(-1);
  });

  it("does not follow the row that went to the top", () => {
    expect(rowsToFollow(["a", "b", "c", "d"], ["c", "a", "b", "d"], 2)).toBe(0);
  });

  it("stays when nothing that was in sight is left", () => {
    expect(rowsToFollow(["a"], ["b"], 0)).toBe(0);
  });
});
