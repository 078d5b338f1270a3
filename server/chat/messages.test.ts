import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let node: TestNode;
let agent: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  agent = await connect(node, await makeStaff(node, "agent", "Mei"));
  await agent.call("waiter:register", {});
});

const newGuest = async () => connect(node, await makeGuest(node));
const refusal = (code: string) => ({ error: { code } });

describe("message:send", () => {
  it("begins a conversation with a guest's first message and tells all waiters", async () => {
    const guest = await newGuest();
    const message = await guest.say("有货吗？");
    expect(message).toMatchObject({ seq: 1, kind: "text", text: "有货吗？", senderId: guest.user.id, senderRole: "customer", attachments: [] });
    const { conversation } = await agent.next("conversation:updated", ({ conversation: it }) => it.id === message.conversationId);
    expect(conversation).toMatchObject({ status: "open", assignee: null, head: 1, customer: { id: guest.user.id, guest: true }, lastMessage: { text: "有货吗？" } });
    const { messages } = await agent.next("message:created", (payload) => payload.messages.some((one) => one.conversationId === message.conversationId));
    expect(messages).toContainEqual(message);
  });

  it("gives everyone of the conversation the same messages in the same order", async () => {
    const guest = await newGuest();
    const { conversationId } = await guest.say("1");
    await agent.say("2", conversationId);
    await guest.say("3");
    const seen = async (client: TestClient) => (await client.call("conversation:sync", { conversationId, after: 0 })).messages;
    expect(await seen(guest)).toEqual(await seen(agent));
    expect((await seen(guest)).map((one) => ("text" in one ? one.text : ""))).toEqual(["1", "2", "3"]);
  });

  it("recognises a repeat for ever and answers the first message", async () => {
    const guest = await newGuest();
    const send = { clientMsgId: randomUUID(), kind: "text" as const, text: "once" };
    const first = await guest.call("message:send", send);
    const again = await Promise.all([guest.call("message:send", send), guest.call("message:send", { ...send, clientMsgId: send.clientMsgId.toUpperCase() })]);
    expect(again).toEqual([{ message: first.message, duplicate: true }, { message: first.message, duplicate: true }]);
    await expect(guest.call("message:send", { ...send, text: "other" })).rejects.toMatchObject(refusal("conflict"));
    expect((await guest.call("conversation:sync", { after: 0 })).head).toBe(1);
  });

  it("recognises a repeat that waited while the first one was being stored", async () => {
    const guest = await newGuest();
    const { conversationId } = await guest.say("first");
    const { pool } = node.node.database;
    const holder = await pool.connect();
    await holder.query("begin");
    await holder.query(`select 1 from "Conversation" where id = $1 for update`, [conversationId]);
    // As on a node that does not know where this customer writes.
    node.node.currentConversations.delete(guest.user.id);
    const other = await connect(node, guest);
    node.node.currentConversations.delete(guest.user.id);
    const send = { clientMsgId: randomUUID(), kind: "text" as const, text: "once" };
    const answers = Promise.all([guest, other].map((tab) => tab.call("message:send", send)));
    await expect.poll(async () => (await pool.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)).rowCount).toBe(2);
    await holder.query("commit");
    holder.release();
    const [one, two] = await answers;
    expect(one?.message.id).toBe(two?.message.id);
    expect(new Set([one?.duplicate, two?.duplicate])).toEqual(new Set([false, true]));
  });

  it("makes one conversation of many first messages at once", async () => {
    const grant = await makeGuest(node);
    const tabs = await Promise.all(Array.from({ length: 4 }, () => connect(node, grant)));
    const sent = await Promise.all(tabs.map((tab) => tab.say("hello")));
    expect(new Set(sent.map((one) => one.conversationId)).size).toBe(1);
    expect(sent.map((one) => one.seq).sort((one, other) => one - other)).toEqual([1, 2, 3, 4]);
  });

  it("keeps the order of one session's pipelined sends", async () => {
    const guest = await newGuest();
    const sent = await Promise.all(Array.from({ length: 30 }, (_, n) => guest.say(String(n))));
    expect(sent.map((one) => one.seq)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
  });

  it("S30: refuses another customer's conversation as if it did not exist", async () => {
    const { conversationId } = await (await newGuest()).say("mine");
    const stranger = await newGuest();
    const attempts = [
      stranger.ask("message:send", { clientMsgId: randomUUID(), kind: "text", text: "x", conversationId }),
      stranger.ask("conversation:sync", { conversationId, after: 0 }),
      stranger.ask("conversation:read", { conversationId, read: 1 }),
      stranger.ask("typing", { conversationId, on: true }),
      stranger.ask("message:send", { clientMsgId: randomUUID(), kind: "text", text: "x", conversationId: randomUUID() }),
    ];
    for (const answer of await Promise.all(attempts)) expect(answer).toMatchObject({ ok: false, ...refusal("not_found") });
  });

  it.each([
    ["an empty text", { kind: "text", text: "" }],
    ["blanks alone", { kind: "text", text: " \n\t" }],
    ["4,001 characters", { kind: "text", text: "x".repeat(4_001) }],

    ["the character NUL", { kind: "text", text: "a\u0000b" }],
    ["half a surrogate pair", { kind: "text", text: "a\ud800b" }],
    ["a kind that only the server writes", { kind: "system", text: "x" }],
    ["a number for a text", { kind: "text", text: 5 }],
    ["an id that is no UUID", { kind: "text", text: "x", clientMsgId: "__proto__" }],
    ["an image without attachments", { kind: "image", attachmentIds: [] }],
    ["a reply to nothing", { kind: "text", text: "x", replyTo: 7 }],
  ])("refuses %s as bad_request", async (_, input) => {
    const guest = await newGuest();
    expect(await guest.ask("message:send", { clientMsgId: randomUUID(), ...input })).toMatchObject({ ok: false, ...refusal("bad_request") });
  });

  it("S33: stores what the token says, whatever the input claims", async () => {
    const guest = await newGuest();
    const answer = await guest.ask("message:send", { clientMsgId: randomUUID(), kind: "text", text: "hi", senderId: agent.user.id, senderRole: "admin", seq: 99, id: randomUUID(), createdAt: "2001-01-01T00:00:00.000Z" });
    expect(answer).toMatchObject({ ok: true, data: { message: { seq: 1, senderId: guest.user.id, senderRole: "customer" } } });
  });
});

describe("notes", () => {
  it("reach staff whole, and leave their customer only a number", async () => {
    const guest = await newGuest();
    const { conversationId } = await guest.say("hi");
    await agent.call("message:send", { clientMsgId: randomUUID(), conversationId, kind: "note", text: "VIP" });
    await agent.say("hello", conversationId);
    await guest.next("message:created", ({ messages }) => messages.some((one) => one.seq === 3));
    const { messages } = await guest.call("conversation:sync", { after: 0 });
    expect(messages[1]).toEqual({ conversationId, seq: 2, kind: "hidden" });
    expect(JSON.stringify(guest.received)).not.toContain("VIP");
    expect((await agent.call("conversation:sync", { conversationId, after: 1, limit: 1 })).messages).toMatchObject([{ kind: "note", text: "VIP" }]);
  });

  it("are for staff alone", async () => {
    const guest = await newGuest();
    await guest.say("hi");
    await expect(guest.call("message:send", { clientMsgId: randomUUID(), kind: "note", text: "x" })).rejects.toMatchObject(refusal("forbidden"));
  });
});

describe("message:edit and message:recall", () => {
  it("raise rev, so that whoever was away finds the change", async () => {
    const guest = await newGuest();
    const { conversationId, seq } = await guest.say("frist");
    const { message } = await guest.call("message:edit", { conversationId, seq, text: "first" });
    expect(message).toMatchObject({ text: "first", seq });
    expect(message.editedAt).not.toBeNull();
    await agent.next("message:updated", ({ messages }) => messages.some((one) => one.conversationId === conversationId));
    const { updated, rev } = await agent.call("conversation:sync", { conversationId, after: 1, rev: 0 });
    expect([updated, rev]).toEqual([[message], 1]);
    const recalled = await guest.call("message:recall", { conversationId, seq });
    expect(recalled.message).toMatchObject({ text: "", attachments: [] });
    expect((await agent.call("conversation:sync", { conversationId, after: 0 })).messages).toEqual([recalled.message]);
  });

  it("are for the sender alone, while the time lasts", async () => {
    const guest = await newGuest();
    const { conversationId, seq, id } = await guest.say("mine");
    await expect(agent.call("message:edit", { conversationId, seq, text: "yours" })).rejects.toMatchObject(refusal("forbidden"));
    await node.node.database.pool.query(`update "Message" set at = at - interval '3 minutes' where id = $1`, [id]);
    await expect(guest.call("message:recall", { conversationId, seq })).rejects.toMatchObject(refusal("conflict"));
    await guest.call("message:edit", { conversationId, seq, text: "still mine" });
    await node.node.database.pool.query(`update "Message" set at = at - interval '13 minutes' where id = $1`, [id]);
    await expect(guest.call("message:edit", { conversationId, seq, text: "too late" })).rejects.toMatchObject(refusal("conflict"));
  });
});
