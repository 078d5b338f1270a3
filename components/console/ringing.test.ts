import { describe, expect, it } from "vitest";
import type { Conversation, Message } from "#protocol/objects.ts";
import { ringForMessage, unclaimedRinging, type Listener } from "./ringing.ts";

const start = Date.parse("2026-11-20T10:00:00.000Z");
const at = (ms: number) => new Date(start + ms).toISOString();

function conversation(fields: Partial<Conversation> = {}): Conversation {
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

function message(fields: Partial<Message> = {}): Message {
  return {
    id: "m1",
    conversationId: "c1",
    seq: 1,
    kind: "text",
    text: "在吗",
    attachments: [],
    senderId: "u1",
    senderRole: "customer",
    senderName: "王小明",
    clientMsgId: null,
    replyTo: null,
    createdAt: at(0),
    editedAt: null,
    recalledAt: null,
    ...fields,
  };
}

const me: Listener = { myId: "a1", isReceiving: true, watchedId: null };
const mine = conversation({ assignee: { id: "a1", name: "小李" } });
const other = conversation({ assignee: { id: "a2", name: "小张" } });

describe("ringForMessage", () => {
  it("rings for a customer's message in my conversation", () => {
    expect(ringForMessage(message(), mine, me)).toBe("message");
  });

  it("is silent for the conversation before my eyes", () => {
    expect(ringForMessage(message(), mine, { ...me, watchedId: "c1" })).toBeNull();
  });

  it("is silent in a colleague's conversation", () => {
    expect(ringForMessage(message(), other, me)).toBeNull();
  });

  it("is silent for what staff and the system say", () => {
    expect(ringForMessage(message({ senderRole: "agent" }), mine, me)).toBeNull();
    expect(ringForMessage(message({ senderRole: "system", kind: "system" }), mine, me)).toBeNull();
  });

  it("rings in an unclaimed conversation only for who receives", () => {
    expect(ringForMessage(message(), conversation(), me)).toBe("message");
    expect(ringForMessage(message(), conversation(), { ...me, isReceiving: false })).toBeNull();
  });

  it("rings in my conversation even when I do not receive new ones", () => {
    expect(ringForMessage(message(), mine, { ...me, isReceiving: false })).toBe("message");
  });
});

describe("unclaimedRinging", () => {
  const rows = [conversation(), conversation({ id: "c2", waitingSince: at(30_000) })];

  it("names who waits unclaimed, until a minute has passed", () => {
    expect(unclaimedRinging(rows, me, start + 40_000)).toEqual(["c1", "c2"]);
    expect(unclaimedRinging(rows, me, start + 60_000)).toEqual(["c2"]);
    expect(unclaimedRinging(rows, me, start + 90_000)).toEqual([]);
  });

  it("falls silent once somebody claims, answers, or looks at it", () => {
    expect(unclaimedRinging([other], me, start)).toEqual([]);
    expect(unclaimedRinging([conversation({ waitingSince: null })], me, start)).toEqual([]);
    expect(unclaimedRinging([conversation()], { ...me, watchedId: "c1" }, start)).toEqual([]);
  });

  it("rings for nobody who does not receive", () => {
    expect(unclaimedRinging(rows, { ...me, isReceiving: false }, start)).toEqual([]);
  });
});
