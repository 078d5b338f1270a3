import { describe, expect, it } from "vitest";

import { check, type Evidence, isClean, type Screen, type StoredRow } from "./checker.ts";
import type { Entry, Happening } from "./history.ts";

const conversationId = "c";

/** What happened when one customer sent messages and every promise was kept: the customer and an agent watched. */
function goodRun(count: number): Evidence {
  const numbers = Array.from({ length: count }, (_, n) => n + 1);
  const happenings = numbers.flatMap((seq): Happening[] => [
    { kind: "invoke", who: "c0", senderId: "s", clientMsgId: `m${seq}`, text: `t${seq}`, lane: "c0" },
    { kind: "ok", who: "c0", clientMsgId: `m${seq}`, id: `i${seq}`, seq, conversationId },
    { kind: "shown", who: "a0", conversationId, seq, clientMsgId: `m${seq}` },
  ]);
  const rows = numbers.map((seq): StoredRow => ({ id: `i${seq}`, conversationId, seq, senderId: "s", clientMsgId: `m${seq}`, text: `t${seq}`, hidden: false }));
  const screen = (who: string, first: number): Screen => ({
    who, conversationId, customer: who === "c0", first, have: count,
    messages: rows.slice(first - 1).map(({ id, seq, clientMsgId, text }) => ({ id, seq, clientMsgId, text })),
  });
  return {
    entries: happenings.map((happening, at) => ({ at, ...happening })), rows, heads: [{ id: conversationId, head: count }],
    screens: [screen("c0", 1), screen("a0", 3)], unsent: [],
  };
}

const sixth: StoredRow = { id: "i6", conversationId, seq: 6, senderId: "s", clientMsgId: "m6", text: "t6", hidden: false };
const later = (entry: Happening): Entry => ({ at: 1_000, ...entry });
const changeRow = (run: Evidence, seq: number, fields: Partial<StoredRow>): StoredRow[] => run.rows.map((row) => (row.seq === seq ? { ...row, ...fields } : row));
const changeScreen = (run: Evidence, fields: (screen: Screen) => Partial<Screen>): Screen[] => run.screens.map((screen, n) => (n === 0 ? { ...screen, ...fields(screen) } : screen));

describe("check", () => {
  it("finds nothing in a run that kept every promise", () => {
    expect(isClean(check(goodRun(5)))).toBe(true);
  });

  it("allows what was stored without an acknowledgement", () => {
    const run = goodRun(5);
    const entries = run.entries.filter((entry) => entry.kind !== "ok" || entry.seq !== 5);
    expect(isClean(check({ ...run, entries: [...entries, later({ kind: "unknown", who: "c0", clientMsgId: "m5", code: "unavailable" })] }))).toBe(true);
  });

  it("allows a customer not to see a note, and wants staff to see it", () => {
    const run = goodRun(5);
    const rows = changeRow(run, 4, { hidden: true });
    const screens = changeScreen(run, ({ messages }) => ({ messages: messages.filter(({ seq }) => seq !== 4) }));
    expect(isClean(check({ ...run, rows, screens }))).toBe(true);
    expect(check({ ...run, screens }).screens).toHaveLength(1);
  });

  it.each<[keyof ReturnType<typeof check>, string, (run: Evidence) => Partial<Evidence>]>([
    ["lost", "an acknowledged message that is not stored", ({ rows }) => ({ rows: rows.slice(0, 4) })],
    ["phantoms", "a stored message that nobody sent", (run) => ({ rows: [...run.rows, { ...sixth, clientMsgId: "never" }] })],
    ["phantoms", "a message stored under another sender", (run) => ({ rows: changeRow(run, 2, { senderId: "x" }) })],
    ["duplicates", "a message that is stored twice", (run) => ({ rows: [...run.rows, { ...sixth, clientMsgId: "m2", text: "t2" }] })],
    ["gaps", "a missing number", (run) => ({ rows: changeRow(run, 5, { seq: 7 }) })],
    ["gaps", "a counter that ran ahead", () => ({ heads: [{ id: conversationId, head: 6 }] })],
    ["gaps", "a number that stands twice", (run) => ({ rows: changeRow(run, 5, { seq: 4 }) })],
    ["mismatches", "another text", (run) => ({ rows: changeRow(run, 2, { text: "other" }) })],
    ["mismatches", "two acknowledgements that differ", ({ entries }) => ({ entries: [...entries, later({ kind: "ok", who: "r", clientMsgId: "m2", id: "i3", seq: 3, conversationId })] })],
    ["inversions", "messages in another order than sent", ({ entries }) => ({ entries: entries.toReversed() })],
    ["screens", "a screen that lacks the last message", (run) => ({ screens: changeScreen(run, ({ messages }) => ({ messages: messages.slice(0, 4), have: 4 })) })],
    ["screens", "a screen with a message twice", (run) => ({ screens: changeScreen(run, ({ messages }) => ({ messages: [...messages.slice(0, 2), ...messages.slice(1)] })) })],
    ["screens", "a screen in another order", (run) => ({ screens: changeScreen(run, ({ messages }) => ({ messages: messages.toReversed() })) })],
    ["screens", "a screen with another text", (run) => ({ screens: changeScreen(run, ({ messages }) => ({ messages: messages.map((message) => ({ ...message, text: "x" })) })) })],
    ["disorder", "a screen that was wrong for a moment", ({ entries }) => ({ entries: [...entries, later({ kind: "disorder", who: "a0", conversationId, what: "3 after 1" })] })],
    ["stale", "a read that did not have it", ({ entries }) => ({ entries: [...entries, later({ kind: "stale", who: "node-2", conversationId, seq: 3 })] })],
    ["lies", "a failed bubble that is stored", ({ entries }) => ({ entries: [...entries, later({ kind: "fail", who: "c0", clientMsgId: "m2", code: "conflict" })] })],
    ["failed", "a bubble that never left", () => ({ unsent: [{ who: "c0", clientMsgId: "m6", state: "sending" }] })],
  ])("finds %s: %s", (promise, _, damage) => {
    const run = goodRun(5);
    expect(check({ ...run, ...damage(run) })[promise]).not.toEqual([]);
  });
});
