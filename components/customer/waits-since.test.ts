import { describe, expect, it } from "vitest";
import type { Message, SenderRole } from "#protocol/objects.ts";
import { writeSystemText } from "#protocol/system-texts.ts";
import { waitsSince } from "./waits-since.ts";

const base = Date.parse("2026-11-20T08:00:00.000Z");

function message(seq: number, senderRole: SenderRole, fields: Partial<Message> = {}): Message {
  return {
    id: `00000000-0000-7000-8000-${String(seq).padStart(12, "0")}`,
    conversationId: "00000000-0000-7000-8000-000000000000",
    seq,
    kind: senderRole === "system" ? "system" : "text",
    text: "hello",
    attachments: [],
    senderId: null,
    senderRole,
    senderName: "",
    clientMsgId: null,
    replyTo: null,
    createdAt: new Date(base + seq * 1_000).toISOString(),
    editedAt: null,
    recalledAt: null,
    ...fields,
  };
}

describe("waitsSince", () => {
  it("counts from the first message that nobody answered", () => {
    expect(waitsSince([message(1, "agent"), message(2, "customer"), message(3, "customer")])).toBe(base + 2_000);
  });

  it("waits for nothing after an answer, after the end, or before the first word", () => {
    expect(waitsSince([message(1, "customer"), message(2, "agent")])).toBeNull();
    expect(waitsSince([message(1, "customer"), message(2, "system", { text: writeSystemText("zh-CN", "resolved") })])).toBeNull();
    expect(waitsSince([])).toBeNull();
  });

  it("goes on waiting while somebody only takes the conversation over", () => {
    const taken = message(2, "system", { text: writeSystemText("en", "assigned", "Mei") });
    expect(waitsSince([message(1, "customer"), taken])).toBe(base + 1_000);
  });

  it("does not wait for what was recalled", () => {
    expect(waitsSince([message(1, "customer", { recalledAt: new Date(base).toISOString(), text: "" })])).toBeNull();
  });
});
