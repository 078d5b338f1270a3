import type { AnyMessage, Conversation, ConversationFilter, Message } from "#protocol/objects.ts";

import type { Counts, ListAnswer, Row, State } from "./state.ts";
import { mergeReceipts } from "./thread.ts";

/* The console's lists, kept right by events: rows are patched, never fetched again for each event. */

/** Whether a conversation belongs into one of the console's lists. */
export function isListed(conversation: Conversation, filter: ConversationFilter, myId: string | null): boolean {
  if (filter === "resolved") return conversation.status === "resolved";
  if (conversation.status === "resolved") return false;
  if (filter === "mine") return conversation.assignee !== null && conversation.assignee.id === myId;
  return filter === "all" || conversation.assignee === null;
}

/** When a conversation last changed; lists are sorted by it, newest first. */
export function changedAt(row: Row): string {
  return later(row.touchedAt, row.updatedAt);
}

/** Takes in new messages: last line, number, unread and waiting time of their rows. */
export function patchRows(state: State, messages: readonly AnyMessage[]): State {
  const rows = new Map(state.conversations);
  const stale = new Set(state.staleRows);
  for (const message of messages) {
    const row = rows.get(message.conversationId);
    if (row === undefined) stale.add(message.conversationId);
    else if (message.seq > row.head) {
      rows.set(row.id, addMessage(row, message));
      /* One was skipped: unread and waiting time can no longer be counted here. */
      if (message.seq > row.head + 1 || lacksChange(row, message)) stale.add(row.id);
    }
  }
  return { ...state, conversations: rows, staleRows: sameSet(state.staleRows, stale) };
}

/** Takes in edits and recalls of what the rows show. Whatever another went missing before is in doubt. */
export function patchEdited(state: State, messages: readonly AnyMessage[], rev: number): State {
  const rows = new Map(state.conversations);
  const stale = new Set(state.staleRows);
  for (const message of messages) {
    const row = rows.get(message.conversationId);
    if (row === undefined || row.rev >= rev || message.kind === "hidden") continue;
    if (rev > row.rev + 1 || message.seq > row.head) stale.add(row.id);
    if (message.seq > row.head) continue;
    const lastMessage = row.lastMessage?.seq === message.seq ? message : row.lastMessage;
    rows.set(row.id, { ...row, rev, lastMessage, touchedAt: later(message.editedAt, message.recalledAt, row.touchedAt) });
  }
  return { ...state, conversations: rows, staleRows: sameSet(state.staleRows, stale) };
}

/** Takes in a conversation as an event or an answer gives it. An event's never carries unread counts. */
export function putConversation(state: State, incoming: Conversation): State {
  const known = state.conversations.get(incoming.id);
  const next = known === undefined ? { ...incoming, unread: incoming.unread ?? countNew(incoming, 0, 0) } : mergeConversation(known, incoming);
  const rows = new Map(state.conversations).set(next.id, next);
  const stale = new Set(state.staleRows);
  if (next.unread === undefined || next.head < incoming.head || next.rev < incoming.rev) stale.add(next.id);
  else if (incoming.unread !== undefined && incoming.head >= next.head && incoming.rev >= next.rev) stale.delete(next.id);
  return { ...state, ...countChange(state, known, next), conversations: rows, staleRows: sameSet(state.staleRows, stale) };
}

/** When a list was asked for: the server's time, and the counts that this state had. */
export type ListAsked = { at: string; counts: Counts };

/** Takes in a page of a list: its rows as they are now, and the counts unless events overtook the answer. */
export function takeList(state: State, answer: ListAnswer, asked: ListAsked): State {
  const overtaken = state.counts !== asked.counts;
  const filled = answer.conversations.reduce(putConversation, state);
  return { ...filled, counts: answer.counts, countsAt: asked.at, staleCounts: overtaken };
}

/** Takes in what the server says exists: whoever is behind is in doubt. */
export function checkRows(state: State, heads: Readonly<Record<string, { head: number; rev: number }>>): State {
  const stale = new Set(state.staleRows);
  for (const [id, { head, rev }] of Object.entries(heads)) {
    const row = state.conversations.get(id);
    if (row === undefined || row.head < head || row.rev < rev) stale.add(id);
  }
  const staleRows = sameSet(state.staleRows, stale);
  return staleRows === state.staleRows ? state : { ...state, staleRows };
}

function addMessage(row: Row, message: AnyMessage): Row {
  if (message.kind === "hidden") return { ...row, head: message.seq };
  const moved = { ...row, head: message.seq, touchedAt: later(message.createdAt, row.touchedAt) };
  if (message.kind === "note") return moved;
  const isCustomer = message.senderRole === "customer";
  const unread = row.unread === undefined || !isCustomer ? row.unread : row.unread + 1;
  return {
    ...moved,
    lastMessage: message,
    waitingSince: nextWaiting(row, message),
    unread,
  };
}

function nextWaiting(row: Conversation, message: Message): string | null {
  if (message.senderRole === "customer") return row.waitingSince ?? message.createdAt;
  return message.senderRole === "system" ? row.waitingSince : null;
}

/* Two views of one conversation: what was changed later wins for its settings, the higher number for its messages. */
function mergeConversation(known: Row, incoming: Conversation): Row {
  const isLater = incoming.updatedAt >= known.updatedAt;
  const isAhead = incoming.head >= known.head && incoming.rev >= known.rev;
  const settings = isLater ? incoming : known;
  const traffic = isAhead ? incoming : known;
  const unread = isAhead ? (incoming.unread ?? countNew(incoming, known.head, known.unread)) : known.unread;
  return {
    ...settings,
    touchedAt: known.touchedAt,
    head: traffic.head,
    rev: traffic.rev,
    lastMessage: traffic.lastMessage,
    waitingSince: settings.status === "resolved" ? null : traffic.waitingSince,
    receipts: mergeReceipts(known.receipts, incoming.receipts),
    unread,
  };
}

/* A room's frame says nothing of my unread count: it follows when at most one message came with it. */
function countNew({ head, lastMessage }: Conversation, knownHead: number, unread: number | undefined): number | undefined {
  if (unread === undefined || head > knownHead + 1) return undefined;
  const isAsked = head > knownHead && lastMessage?.seq === head && lastMessage.senderRole === "customer";
  return isAsked ? unread + 1 : unread;
}

/* The server writes a line about a change after it told of the change itself: that must have been lost. */
function lacksChange(row: Row, message: AnyMessage): boolean {
  return message.kind === "system" && Date.parse(row.updatedAt) < Date.parse(message.createdAt) - 1_000;
}

function countChange(state: State, before: Conversation | undefined, after: Conversation): Partial<State> {
  if (state.countsAt === "") return {};
  if (before === undefined) {
    const isNew = after.createdAt > state.countsAt;
    return isNew ? { counts: shift(state, undefined, after) } : { staleCounts: true };
  }
  return { counts: shift(state, before, after) };
}

const filters = ["mine", "unassigned", "all", "resolved"] as const;

function shift(state: State, before: Conversation | undefined, after: Conversation): Counts {
  const myId = state.me?.id ?? null;
  const counts = { ...state.counts };
  for (const filter of filters) {
    const was = before !== undefined && isListed(before, filter, myId) ? 1 : 0;
    const is = isListed(after, filter, myId) ? 1 : 0;
    counts[filter] = Math.max(0, counts[filter] + is - was);
  }
  return filters.every((filter) => counts[filter] === state.counts[filter]) ? state.counts : counts;
}

function sameSet(before: ReadonlySet<string>, after: ReadonlySet<string>): ReadonlySet<string> {
  return before.size === after.size && [...after].every((id) => before.has(id)) ? before : after;
}

function later(...times: (string | null | undefined)[]): string {
  const known = times.filter((time) => time !== null && time !== undefined);
  return known.sort().at(-1) ?? "";
}
