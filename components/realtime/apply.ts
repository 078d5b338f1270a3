import { limits } from "#protocol/limits.ts";
import type { EventPayload } from "#protocol/events.ts";
import type { AnyMessage, Notice } from "#protocol/objects.ts";

import { initialState, ownOutbox, type OutboxKey, type PendingMessage, type ServerEvent, type State, type Thread, type Typist } from "./state.ts";
import { emptyThread, mergeReceipts, receiveHead, receiveMessages, receiveReceipts, receiveUpdates } from "./thread.ts";

/**
 * The state after an event of the server. Pure: events applied to a stale state, with what `conversation:sync`
 * answers to whatever they leave behind, give the state that a fresh start would fetch. `now` is this browser's clock.
 */
export function apply(state: State, event: ServerEvent, now = Date.now()): State {
  switch (event.name) {
    case "hello":
      return applyHello(state, event.payload, now);
    case "message:created":
      return applyCreated(state, event.payload.messages);
    case "message:updated":
      return applyUpdated(state, event.payload);
    case "conversation:updated":
      return applyConversation(state, event.payload.conversation);
    case "conversation:heads":
      return applyHeads(state, event.payload.heads);
    case "receipt:updated":
      return changeThread(state, event.payload.conversationId, (thread) => receiveReceipts(thread, event.payload.receipts));
    case "typing":
      return applyTyping(state, event.payload, now);
    case "notice:pushed":
      return putNotice(state, event.payload.notice);
    case "notice:updated":
      return replaceNotice(state, event.payload.notice);
    case "notice:withdrawn":
      return { ...state, notices: state.notices.filter((notice) => notice.id !== event.payload.noticeId) };
    case "conversation:urged":
    case "presence:changed":
    case "push":
    case "session:bye":
    case "waiter:changed":
      return state;
  }
}

/** One thread changed by `change`; the state itself when nothing changed or the thread is not in memory. */
export function changeThread(state: State, id: string, change: (thread: Thread) => Thread): State {
  const thread = state.threads.get(id);
  if (thread === undefined) return state;
  const next = change(thread);
  return next === thread ? state : settlePending({ ...state, threads: new Map(state.threads).set(id, next) }, next);
}

/** The key of the outbox that a conversation's unsent messages are kept under. */
export function outboxKey(kind: State["kind"], conversationId: string | null): OutboxKey {
  return kind === "customer" || conversationId === null ? ownOutbox : conversationId;
}

/** One outbox with its list replaced. */
export function changePending(state: State, key: OutboxKey, change: (list: readonly PendingMessage[]) => readonly PendingMessage[]): State {
  const before = state.outbox.get(key) ?? [];
  const after = change(before);
  if (after === before) return state;
  const outbox = new Map(state.outbox);
  if (after.length === 0) outbox.delete(key);
  else outbox.set(key, after);
  return { ...state, outbox };
}

function applyHello(state: State, hello: EventPayload<"hello">, now: number): State {
  const isRestored = state.epoch !== null && state.epoch !== hello.epoch;
  const isOther = state.me !== null && state.me.id !== hello.user.id;
  const base = isRestored || isOther ? forget(state) : state;
  const next: State = {
    ...base,
    me: hello.user,
    sessionId: hello.sessionId,
    epoch: hello.epoch,
    serverOffsetMs: Date.parse(hello.serverTime) - now,
    typing: new Map(),
    threads: new Map([...base.threads].map(([id, thread]) => [id, thread.loaded ? { ...thread, anchor: Math.min(thread.have, thread.anchor ?? Infinity) } : thread])),
    presence: { ...base.presence, watching: false },
  };
  return hello.conversationId === null ? next : followOwn(next, hello.conversationId);
}

/* What was read from another database, or for another person. Unsent messages stay; the threads are loaded again. */
function forget(state: State): State {
  const { kind, connection, outbox, outboxDurable, threads } = state;
  const followed = [...threads.values()].filter((thread) => thread.followed);
  const kept = kind === "customer" ? [] : followed;
  return {
    ...initialState(kind),
    connection,
    outbox,
    outboxDurable,
    threads: new Map(kept.map(({ conversationId }) => [conversationId, { ...emptyThread(conversationId), followed: true }])),
  };
}

function followOwn(state: State, id: string): State {
  if (state.ownConversationId === id && state.threads.has(id)) return state;
  const thread = state.threads.get(id) ?? emptyThread(id);
  const own = state.own?.id === id ? state.own : null;
  return { ...state, ownConversationId: id, own, threads: new Map(state.threads).set(id, { ...thread, followed: true }) };
}

/* Ids are made in the order of time, so a customer's newest conversation is the one with the highest id. */
function noticeOwn(state: State, id: string): State {
  if (state.kind !== "customer" || (state.ownConversationId !== null && state.ownConversationId >= id)) return state;
  return followOwn(state, id);
}

function applyCreated(state: State, messages: readonly AnyMessage[]): State {
  const groups = new Map<string, AnyMessage[]>();
  for (const message of messages) {
    const group = groups.get(message.conversationId);
    if (group === undefined) groups.set(message.conversationId, [message]);
    else group.push(message);
  }
  let next = state;
  for (const [id, group] of groups) {
    next = changeThread(noticeOwn(next, id), id, (thread) => receiveMessages(thread, group));
    next = endTyping(next, id, group);
  }
  return next;
}

function applyUpdated(state: State, { messages, rev }: EventPayload<"message:updated">): State {
  const ids = new Set(messages.map((message) => message.conversationId));
  let next = state;
  for (const id of ids) {
    const mine = messages.filter((message) => message.conversationId === id);
    next = changeThread(next, id, (thread) => receiveUpdates(thread, mine, rev));
  }
  return next;
}

function applyConversation(state: State, conversation: EventPayload<"conversation:updated">["conversation"]): State {
  const { id, head, rev, receipts } = conversation;
  const tell = (thread: Thread) => receiveReceipts(receiveHead(thread, head, rev), receipts);
  if ("customer" in conversation) return changeThread(state, id, tell);
  const next = noticeOwn(state, id);
  if (next.ownConversationId !== id) return next;
  const own = { ...conversation, receipts: mergeReceipts(next.own?.receipts ?? null, receipts) };
  return changeThread({ ...next, own }, id, tell);
}

function applyHeads(state: State, heads: EventPayload<"conversation:heads">["heads"]): State {
  let next = state;
  for (const [id, { head, rev }] of Object.entries(heads)) {
    next = changeThread(noticeOwn(next, id), id, (thread) => receiveHead(thread, head, rev));
  }
  return next;
}

function applyTyping(state: State, { conversationId, userId, name, on }: EventPayload<"typing">, now: number): State {
  const others = (state.typing.get(conversationId) ?? []).filter((typist) => typist.userId !== userId && typist.until > now);
  const typists = on ? [...others, { userId, name, until: now + limits.typingClearMs }] : others;
  return setTypists(state, conversationId, typists);
}

function endTyping(state: State, id: string, messages: readonly AnyMessage[]): State {
  const typists = state.typing.get(id);
  if (typists === undefined) return state;
  const senders = new Set(messages.map((message) => (message.kind === "hidden" || !("senderId" in message) ? null : message.senderId)));
  return setTypists(state, id, typists.filter((typist) => !senders.has(typist.userId)));
}

function setTypists(state: State, id: string, typists: readonly Typist[]): State {
  const typing = new Map(state.typing);
  if (typists.length === 0) typing.delete(id);
  else typing.set(id, typists);
  return { ...state, typing };
}

/** Typing that nobody confirmed any more ends. `now` is this browser's clock. */
export function expireTyping(state: State, now: number): State {
  let next = state;
  for (const [id, typists] of state.typing) {
    const live = typists.filter((typist) => typist.until > now);
    if (live.length !== typists.length) next = setTypists(next, id, live);
  }
  return next;
}

function putNotice(state: State, notice: Notice): State {
  const known = state.notices.find((one) => one.id === notice.id);
  const mine = notice.mine ?? known?.mine ?? { seenAt: null, dismissedAt: null, acknowledgedAt: null };
  const others = state.notices.filter((one) => one.id !== notice.id);
  const isForMe = notice.audience === "everyone" || notice.audience === (state.kind === "staff" ? "staff" : "customers");
  const isShown = isForMe && notice.status === "published" && mine.dismissedAt === null;
  return { ...state, notices: isShown ? [{ ...notice, mine }, ...others] : others };
}

/* Live counts come to all staff, also for what is not shown to them: only what is shown already changes, in its place. */
function replaceNotice(state: State, notice: Notice): State {
  if (!state.notices.some((one) => one.id === notice.id)) return state.kind === "staff" ? state : putNotice(state, notice);
  const [next] = putNotice({ ...state, notices: state.notices.filter((one) => one.id === notice.id) }, notice).notices;
  return { ...state, notices: state.notices.flatMap((one) => (one.id !== notice.id ? one : (next ?? []))) };
}

/* A message that stands in the window is no longer pending. */
function settlePending(state: State, thread: Thread): State {
  const key = outboxKey(state.kind, thread.conversationId);
  return changePending(state, key, (list) => {
    if (list.length === 0) return list;
    const arrived = new Set(thread.messages.slice(-200).map((message) => message.clientMsgId));
    const isOpen = ({ clientMsgId, seq, conversationId }: PendingMessage) => {
      if (arrived.has(clientMsgId)) return false;
      return seq === null || !thread.loaded || seq > thread.have || conversationId !== thread.conversationId;
    };
    const open = list.filter(isOpen);
    return open.length === list.length ? list : open;
  });
}
