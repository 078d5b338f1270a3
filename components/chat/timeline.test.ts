import { describe, expect, it } from "vitest";
import type { PendingMessage } from "#components/realtime/state.ts";
import type { Message } from "#protocol/objects.ts";
import { buildTimeline, type TimelineInput } from "./timeline.ts";

function message(seq: number, fields: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    conversationId: "c1",
    seq,
    kind: "text",
    text: `text ${seq}`,
    attachments: [],
    senderId: "u1",
    senderRole: "customer",
    senderName: "王小明",
    clientMsgId: null,
    replyTo: null,
    createdAt: "2026-11-20T10:00:00.000Z",
    editedAt: null,
    recalledAt: null,
    ...fields,
  };
}

function unsent(clientMsgId: string, kind: PendingMessage["kind"] = "text"): PendingMessage {
  return { clientMsgId, seq: null, conversationId: "c1", kind, text: clientMsgId, replyTo: null, createdAt: "2026-11-20T10:00:30.000Z", state: "sending", failure: null, uploads: [] };
}

const base: TimelineInput = { messages: [], pending: [], hasMoreBefore: false, unreadFrom: null, myId: "a1", dayKey: (at) => at.slice(0, 10) };
const keys = (input: Partial<TimelineInput>) => buildTimeline({ ...base, ...input }).map((row) => row.key);
const mine = { senderId: "a1", senderRole: "agent", senderName: "小李" } as const;
const colleague = { senderId: "a2", senderRole: "agent", senderName: "小张" } as const;

describe("buildTimeline", () => {
  it("puts a day before the first message of each", () => {
    const messages = [message(1), message(2, { createdAt: "2026-11-21T00:00:01.000Z" })];
    expect(keys({ messages })).toEqual(["day:1", "m1", "day:2", "m2"]);
  });

  it("keeps every row where it is when older messages come before it", () => {
    const later = [message(3, colleague), message(4, { createdAt: "2026-11-21T00:00:01.000Z" })];
    const before = keys({ messages: later, hasMoreBefore: true });
    const after = keys({ messages: [message(1), message(2), ...later] });
    expect(before).toEqual(["m3", "day:4", "m4"]);
    expect(after.slice(-before.length)).toEqual(before);
  });

  it("marks the first unread message once, also when that number is hidden", () => {
    expect(keys({ messages: [message(1), message(2)], unreadFrom: 2 })).toEqual(["day:1", "m1", "unread", "m2"]);
    expect(keys({ messages: [message(1), message(3), message(4)], unreadFrom: 2 })).toEqual(["day:1", "m1", "unread", "m3", "m4"]);
  });

  it("groups what one sender says within three minutes, notes apart", () => {
    const messages = [
      message(1),
      message(2, { createdAt: "2026-11-20T10:02:59.000Z" }),
      message(3, mine),
      message(4, { ...mine, kind: "note" }),
    ];
    const rows = buildTimeline({ ...base, messages }).flatMap((row) => (row.type === "message" ? [row.isLastOfGroup] : []));
    expect(rows).toEqual([false, true, true, true]);
  });

  it("names colleagues, not the customer and not me", () => {
    expect(keys({ messages: [message(1), message(2, mine), message(3, colleague), message(4, colleague)] })).toEqual([
      "day:1", "m1", "m2", "name:3", "m3", "m4",
    ]);
  });

  it("shows unsent messages last, and gives their row to the stored one", () => {
    const pending = [unsent("x"), unsent("y")];
    expect(keys({ messages: [message(1)], pending })).toEqual(["day:1", "m1", "a1:x", "a1:y"]);
    const stored = message(2, { ...mine, clientMsgId: "x" });
    expect(keys({ messages: [message(1), stored], pending })).toEqual(["day:1", "m1", "a1:x", "a1:y"]);
  });
});
