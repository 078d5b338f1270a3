import type { PendingMessage } from "#components/realtime/state.ts";
import type { Message } from "#protocol/objects.ts";

/**
 * A row of the thread. Rows that stand between messages have keys of their own and depend only on what is loaded on
 * both sides of them, so that nothing moves when older messages are put before.
 */
export type TimelineRow =
  | { type: "day"; key: string; at: string }
  | { type: "unread"; key: string }
  | { type: "name"; key: string; name: string; note: boolean }
  | { type: "message"; key: string; message: Message; isLastOfGroup: boolean }
  | { type: "pending"; key: string; pending: PendingMessage; isLastOfGroup: boolean };

export type TimelineInput = {
  messages: readonly Message[];
  pending: readonly PendingMessage[];
  /** Whether older messages exist that are not loaded. */
  hasMoreBefore: boolean;
  /** Number of the first message that was unread when the thread was opened. */
  unreadFrom: number | null;
  myId: string | null;
  dayKey: (at: string) => string;
};

/** Messages of one sender within this time belong together. */
const groupMs = 3 * 60_000;

/** The rows of a thread: messages in order, then what is not sent yet, with days, unread line and colleagues' names. */
export function buildTimeline({ messages, pending, hasMoreBefore, unreadFrom, myId, dayKey }: TimelineInput): TimelineRow[] {
  const stored = new Set(messages.map((message) => keyOf(message)));
  const waiting = pending.filter((one) => !stored.has(`${myId}:${one.clientMsgId}`));
  const rows: TimelineRow[] = [];
  let before: Message | null = null;
  for (const [index, message] of messages.entries()) {
    const isKnownStart = before !== null || !hasMoreBefore;
    const isNewDay = before === null || dayKey(before.createdAt) !== dayKey(message.createdAt);
    if (isKnownStart && isNewDay) rows.push({ type: "day", key: `day:${message.seq}`, at: message.createdAt });
    // Where everything is new there is nothing to divide.
    const isUnreadStart = unreadFrom !== null && message.seq >= unreadFrom && (before === null ? hasMoreBefore && unreadFrom === message.seq : before.seq < unreadFrom);
    if (isUnreadStart) rows.push({ type: "unread", key: "unread" });
    const isGroupStart = isNewDay || isUnreadStart || before === null || !belongTogether(before, message);
    if (isKnownStart && isGroupStart && isColleague(message, myId)) {
      rows.push({ type: "name", key: `name:${message.seq}`, name: message.senderName, note: message.kind === "note" });
    }
    const next = messages[index + 1];
    const continues = next === undefined ? joins(message, waiting[0], myId) : belongTogether(message, next);
    rows.push({ type: "message", key: keyOf(message), message, isLastOfGroup: !continues });
    before = message;
  }
  for (const [index, one] of waiting.entries()) {
    const next = waiting[index + 1];
    const isLastOfGroup = next === undefined || isNote(next.kind) !== isNote(one.kind);
    rows.push({ type: "pending", key: `${myId}:${one.clientMsgId}`, pending: one, isLastOfGroup });
  }
  return rows;
}

/* An unsent message keeps its row when it is stored: a sender's clientMsgId is unique for ever. */
function keyOf(message: Message): string {
  return message.clientMsgId === null ? message.id : `${message.senderId}:${message.clientMsgId}`;
}

function belongTogether(one: Message, two: Message): boolean {
  if (one.kind === "system" || two.kind === "system") return false;
  if (one.senderId !== two.senderId || isNote(one.kind) !== isNote(two.kind)) return false;
  return Date.parse(two.createdAt) - Date.parse(one.createdAt) < groupMs;
}

function joins(message: Message, pending: PendingMessage | undefined, myId: string | null): boolean {
  if (pending === undefined || message.kind === "system" || message.senderId !== myId) return false;
  if (isNote(message.kind) !== isNote(pending.kind)) return false;
  return Date.parse(pending.createdAt) - Date.parse(message.createdAt) < groupMs;
}

function isColleague(message: Message, myId: string | null): boolean {
  return message.kind !== "system" && message.senderRole !== "customer" && message.senderId !== myId;
}

function isNote(kind: string): boolean {
  return kind === "note";
}
