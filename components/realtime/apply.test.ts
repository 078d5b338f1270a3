import { describe, expect, it } from "vitest";

import type { Message, Notice } from "#protocol/objects.ts";

import { apply, changePending, changeThread, expireTyping } from "./apply.ts";
import { applyForStaff } from "./apply-staff.ts";
import { listConversations } from "./staff-selectors.ts";
import { initialState, ownOutbox, type PendingMessage, type State } from "./state.ts";
import { createModelServer, modelIds } from "./testing/model-server.ts";
import { takeLaterPage, takeNewestPage, trimThread } from "./thread.ts";

const { conversation: id, customer, agent } = modelIds;

function textsOf(state: State): string[] {
  return state.threads.get(id)?.messages.map((message) => message.text) ?? [];
}

/** A customer's state with the first `count` messages of the server's conversation. */
function loaded(server: ReturnType<typeof createModelServer>): State {
  return changeThread(apply(initialState("customer"), server.hello()), id, (thread) => takeNewestPage(thread, server.sync({ before: Infinity }, 30)));
}

function pendingText(clientMsgId: string): PendingMessage {
  return { clientMsgId, conversationId: null, kind: "text", text: "mine", replyTo: null, createdAt: "", seq: null, state: "sending", failure: null, uploads: [] };
}

function notice(fields: Partial<Notice>): Notice {
  return {
    id, title: "Closed on Monday", body: "", level: "info", audience: "everyone", requireAck: false, status: "published",
    startsAt: null, endsAt: null, createdAt: "2026-01-01T00:00:00.000Z", ...fields,
  };
}

describe("messages", () => {
  it("begin a customer's conversation without anything to fetch", () => {
    const server = createModelServer("customer");
    const before = apply(initialState("customer"), server.hello());
    server.append("text", "customer");
    const state = server.sent.reduce((now, event) => apply(now, event), before);
    expect(state.ownConversationId).toBe(id);
    expect(state.threads.get(id)).toMatchObject({ loaded: true, first: 1, have: 1, head: 1, hasMoreBefore: false });
  });

  it("leave out notes for customers without a gap in the numbers", () => {
    const server = createModelServer("customer");
    server.append("text", "customer");
    server.append("note", "agent");
    server.append("text", "agent");
    const state = loaded(server);
    expect(textsOf(state)).toEqual(["message 1", "message 3"]);
    expect(state.threads.get(id)).toMatchObject({ have: 3, head: 3 });
  });

  it("take the place of my pending one, whichever way they come", () => {
    const server = createModelServer("customer");
    server.append("text", "customer");
    const waiting = changePending(loaded(server), ownOutbox, () => [pendingText("c1"), pendingText("c2")]);
    const [first] = server.sync({ before: Infinity }, 1).messages;
    if (first === undefined || first.kind === "hidden") throw new Error("no message");
    const mine: Message = { ...first, seq: 2, id: "m2", clientMsgId: "c1", senderId: customer };
    const state = apply(waiting, { name: "message:created", payload: { messages: [mine] } });
    expect(state.outbox.get(ownOutbox)?.map((one) => one.clientMsgId)).toEqual(["c2"]);
    expect(textsOf(state)).toHaveLength(2);
  });

  it("stay pending while one before them is missing, though they are acknowledged", () => {
    const server = createModelServer("customer");
    server.append("text", "customer");
    const sent: PendingMessage = { ...pendingText("c1"), state: "sent", seq: 3, conversationId: id };
    const waiting = changePending(loaded(server), ownOutbox, () => [sent]);
    server.append("text", "agent");
    server.append("text", "customer");
    const [second, third] = server.sent.slice(-2);
    if (second === undefined || third === undefined) throw new Error("no events");
    const gap = apply(waiting, third);
    expect(gap.outbox.get(ownOutbox)).toHaveLength(1);
    expect(textsOf(gap)).toEqual(["message 1"]);
    const whole = apply(gap, second);
    expect(whole.outbox.has(ownOutbox)).toBe(false);
    expect(textsOf(whole)).toEqual(["message 1", "message 2", "message 3"]);
  });

  it("are dropped and loaded again when the server was restored to an earlier state", () => {
    const server = createModelServer("customer");
    for (let n = 0; n < 5; n += 1) server.append("text", "customer");
    const state = loaded(server);
    const restored = { ...server.sync({ after: 5, rev: 0 }, 10), head: 3 };
    expect(changeThread(state, id, (thread) => takeLaterPage(thread, restored, { have: 5, rev: 0 })).threads.get(id)).toMatchObject({ loaded: false, messages: [], head: 3, followed: true });
    const hello = server.hello();
    if (hello.name !== "hello") throw new Error("no hello");
    const other = apply(state, { name: "hello", payload: { ...hello.payload, epoch: "two" } });
    expect(other.threads.get(id)).toMatchObject({ loaded: false, messages: [], followed: true });
  });

  it("are dropped when another message stands in the place of the last one: the server was restored and has gone on", () => {
    const server = createModelServer("customer");
    for (let n = 0; n < 5; n += 1) server.append("text", "customer");
    const state = loaded(server);
    const page = server.sync({ after: 4, rev: 0 }, 10);
    const other = { ...page, messages: page.messages.map((message) => (message.kind === "hidden" ? message : { ...message, id: "another" })) };
    expect(apply(state, server.hello()).threads.get(id)).toMatchObject({ anchor: 5 });
    const take = (answer: typeof page) => changeThread(state, id, (thread) => takeLaterPage(thread, answer, { have: 5, rev: 0 })).threads.get(id);
    expect(take(page)).toMatchObject({ loaded: true, have: 5, anchor: null });
    expect(take(other)).toMatchObject({ loaded: false, messages: [], followed: true });
  });

  it("are kept for a closed thread, but not all", () => {
    const server = createModelServer("customer");
    for (let n = 0; n < 500; n += 1) server.append("text", "customer");
    const state = changeThread(loaded(server), id, (thread) => takeNewestPage(thread, server.sync({ before: Infinity }, 500)));
    expect(changeThread(state, id, trimThread).threads.get(id)).toMatchObject({ first: 301, have: 500, hasMoreBefore: true, followed: false });
  });
});

describe("typing", () => {
  it("ends with the message, and when nobody confirms it", () => {
    const server = createModelServer("customer");
    server.append("text", "customer");
    const typing = apply(loaded(server), { name: "typing", payload: { conversationId: id, userId: agent, name: "Mei", on: true } }, 1_000);
    expect(typing.typing.get(id)).toEqual([{ userId: agent, name: "Mei", until: 6_000 }]);
    expect(expireTyping(typing, 5_999)).toBe(typing);
    expect(expireTyping(typing, 6_000).typing.size).toBe(0);
    server.append("text", "agent");
    const answer = server.sent.at(-1);
    if (answer === undefined) throw new Error("no event");
    expect(apply(typing, answer).typing.size).toBe(0);
  });
});

describe("notices", () => {
  it("are shown when pushed, changed in their place, and gone when withdrawn", () => {
    const one = apply(initialState("customer"), { name: "notice:pushed", payload: { notice: notice({}) } });
    const two = apply(one, { name: "notice:pushed", payload: { notice: notice({ id: agent, title: "Back soon" }) } });
    expect(two.notices.map((shown) => shown.title)).toEqual(["Back soon", "Closed on Monday"]);
    const edited = apply(two, { name: "notice:updated", payload: { notice: notice({ title: "Closed on Tuesday" }) } });
    expect(edited.notices.map((shown) => shown.title)).toEqual(["Back soon", "Closed on Tuesday"]);
    expect(apply(edited, { name: "notice:withdrawn", payload: { noticeId: id } }).notices.map((shown) => shown.title)).toEqual(["Back soon"]);
  });

  it("of customers give staff their live counts without being shown to them", () => {
    const counts = { online: 3, delivered: 2, seen: 1, acknowledged: 0 };
    const state = applyForStaff(initialState("staff"), { name: "notice:updated", payload: { notice: notice({ audience: "customers", counts }) } });
    expect(state.notices).toEqual([]);
    expect(state.noticeUpdates.get(id)?.counts).toEqual(counts);
  });
});

describe("presence", () => {
  it("follows the versions, and asks for the whole again when one is missing", () => {
    const counts = { customers: 1, agents: 1, sessions: 2 };
    const user = { userId: customer, role: "customer" as const, name: "Li Lei", guest: true, status: "online" as const, sessions: 1, since: "2026-01-01T00:00:00.000Z", page: null, viewing: null };
    const watching: State = { ...initialState("staff"), presence: { watching: true, version: 4, users: new Map(), counts } };
    const change = { joined: [user], updated: [], left: [], counts };
    const next = applyForStaff(watching, { name: "presence:changed", payload: { version: 5, ...change } });
    expect([...next.presence.users.keys()]).toEqual([customer]);
    expect(applyForStaff(next, { name: "presence:changed", payload: { version: 5, ...change, joined: [], left: [customer] } })).toEqual(next);
    expect(applyForStaff(next, { name: "presence:changed", payload: { version: 7, ...change } }).presence.watching).toBe(false);
  });
});

describe("the console's lists", () => {
  it("put the newest change first and leave out what is below the loaded part", () => {
    const server = createModelServer("staff");
    server.append("text", "customer");
    const first = server.sent.reduce((state, event) => applyForStaff(state, event), initialState("staff"));
    const [row] = first.conversations.values();
    if (row === undefined) throw new Error("no row");
    const old = { ...row, id: "old", lastMessage: null, touchedAt: "", updatedAt: "2025-06-01T00:00:00.000Z" };
    const state: State = { ...first, conversations: new Map([["old", old], [id, row]]) };
    expect(listConversations(state, "all").map((one) => one.id)).toEqual([id, "old"]);
    const partly = { ...state, lists: { ...state.lists, all: { ...state.lists.all, until: "2025-12-01T00:00:00.000Z" } } };
    expect(listConversations(partly, "all").map((one) => one.id)).toEqual([id]);
    expect(listConversations(state, "resolved")).toEqual([]);
  });
});
