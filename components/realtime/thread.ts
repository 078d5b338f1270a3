import type { AnyMessage, Message, Receipts } from "#protocol/objects.ts";

import type { SyncAnswer, Thread } from "./state.ts";

/** More waiting out of order than this is dropped: the next sync brings it. */
const bufferLimit = 500;
/** Whoever is further behind than this starts again from the newest page. */
const jumpLimit = 1_000;
/** So much of a closed thread stays in memory. */
const keptMessages = 200;

/** A conversation of which nothing is loaded. */
export function emptyThread(conversationId: string): Thread {
  return {
    conversationId,
    loaded: false,
    messages: [],
    first: 1,
    have: 0,
    head: 0,
    anchor: null,
    rev: 0,
    headRev: 0,
    buffered: new Map(),
    hasMoreBefore: false,
    loadingBefore: false,
    receipts: null,
    unreadFrom: null,
    followed: false,
  };
}

/** The thread with its window dropped: what it showed is no longer to be trusted. */
export function unloadThread(thread: Thread): Thread {
  const { conversationId, followed, receipts, unreadFrom } = thread;
  return { ...emptyThread(conversationId), followed, receipts, unreadFrom };
}

/** The thread as it is kept when nobody looks at it: its last messages. */
export function trimThread(thread: Thread): Thread {
  const closed = { ...thread, followed: false, unreadFrom: null };
  if (thread.messages.length <= keptMessages) return closed;
  const messages = thread.messages.slice(-keptMessages);
  return { ...closed, messages, first: messages[0]?.seq ?? thread.first, hasMoreBefore: true };
}

/** Whether something of the thread is missing and should be asked for. */
export function isBehind(thread: Thread): boolean {
  return !thread.loaded || thread.head > thread.have || thread.headRev > thread.rev;
}

/** Whether fetching page by page would take longer than starting again from the newest page. */
export function isFarBehind(thread: Thread): boolean {
  return !thread.loaded || thread.head - thread.have > jumpLimit;
}

/** Takes in new messages in any order, with repeats: the receiving algorithm of the design (`seq` alone decides). */
export function receiveMessages(known: Thread, incoming: readonly AnyMessage[]): Thread {
  /* A conversation that begins before our eyes needs no fetching. */
  const begins = !known.loaded && known.head <= 1 && incoming.some((message) => message.seq === 1);
  const thread = begins ? { ...known, loaded: true } : known;
  const head = incoming.reduce((highest, message) => Math.max(highest, message.seq), thread.head);
  const fresh = thread.loaded ? incoming.filter((message) => message.seq > thread.have) : [];
  if (fresh.length === 0) return head === thread.head ? thread : { ...thread, head };
  const buffered = new Map(thread.buffered);
  for (const message of fresh) {
    if (!buffered.has(message.seq)) buffered.set(message.seq, message);
  }
  return drain({ ...thread, head, buffered });
}

/**
 * Takes in edits and recalls. They apply only when none before them is missing and their messages are in memory;
 * otherwise the thread is left behind in `headRev`, and a sync brings them in order.
 */
export function receiveUpdates(thread: Thread, messages: readonly AnyMessage[], rev: number): Thread {
  if (rev <= thread.rev) return thread;
  const headRev = Math.max(thread.headRev, rev);
  const isNext = thread.loaded && rev === thread.rev + 1 && messages.every((message) => message.seq <= thread.have);
  if (!isNext) return headRev === thread.headRev ? thread : { ...thread, headRev };
  return { ...replaceMessages(thread, messages), rev, headRev };
}

/** Notes what the server says exists. */
export function receiveHead(thread: Thread, head: number, rev: number): Thread {
  if (head <= thread.head && rev <= thread.headRev) return thread;
  return { ...thread, head: Math.max(head, thread.head), headRev: Math.max(rev, thread.headRev) };
}

/** The marks of both sides only rise, so that late answers do no harm. */
export function receiveReceipts(thread: Thread, receipts: Receipts): Thread {
  const merged = mergeReceipts(thread.receipts, receipts);
  return merged === thread.receipts ? thread : { ...thread, receipts: merged };
}

export function mergeReceipts(known: Receipts | null, incoming: Receipts): Receipts {
  if (known === null) return incoming;
  const merged = { customer: highest(known.customer, incoming.customer), staff: highest(known.staff, incoming.staff) };
  return merged.customer === known.customer && merged.staff === known.staff ? known : merged;
}

/** The newest page: replaces the window. */
export function takeNewestPage(thread: Thread, answer: SyncAnswer): Thread {
  const last = answer.messages.at(-1);
  const window: Thread = {
    ...thread,
    loaded: true,
    messages: answer.messages.filter(isShown),
    first: answer.messages[0]?.seq ?? 1,
    have: last?.seq ?? 0,
    head: Math.max(answer.head, thread.head),
    anchor: null,
    rev: answer.rev,
    headRev: Math.max(answer.rev, thread.headRev),
    buffered: new Map([...thread.buffered].filter(([seq]) => seq > (last?.seq ?? 0))),
    hasMoreBefore: answer.more,
    loadingBefore: false,
  };
  return drain(window);
}

/** Where a thread stood when something was asked for it. */
export type Asked = Pick<Thread, "have" | "rev">;

/**
 * An answer to "what came after". A head below what the thread had when it asked, or another message in its last place,
 * means that the server was restored to an earlier state: the window is dropped.
 */
export function takeLaterPage(thread: Thread, answer: SyncAnswer, asked: Asked): Thread {
  if (answer.head < asked.have || !holdsLast(thread, answer, asked)) return { ...unloadThread(thread), head: answer.head };
  const grown = { ...receiveMessages(receiveHead(thread, answer.head, answer.rev), answer.messages), anchor: null };
  /* What an older answer brought may lack edits that this thread has counted already: count them again. */
  if (answer.rev < thread.rev) return answer.messages.length === 0 ? grown : { ...grown, rev: answer.rev };
  const settled = replaceMessages(grown, answer.updated);
  /* Meanwhile an earlier page may have brought what needs changes from before the question. */
  return asked.rev > thread.rev ? settled : { ...settled, rev: answer.rev };
}

/* Where either of the two shows nothing there is nothing to compare. */
function holdsLast({ messages }: Thread, answer: SyncAnswer, { have }: Asked): boolean {
  const known = messages.findLast(({ seq }) => seq === have);
  const told = answer.messages.find(({ seq }) => seq === have);
  return known === undefined || told === undefined || (isShown(told) && told.id === known.id);
}

/** An answer to "what came before `first`". */
export function takeEarlierPage(thread: Thread, answer: SyncAnswer): Thread {
  const idle = { ...thread, loadingBefore: false };
  const last = answer.messages.at(-1);
  if (last === undefined) return { ...idle, hasMoreBefore: false };
  if (last.seq !== thread.first - 1) return idle;
  return {
    ...receiveHead(idle, answer.head, answer.rev),
    messages: [...answer.messages.filter(isShown), ...thread.messages],
    first: answer.messages[0]?.seq ?? thread.first,
    rev: Math.min(thread.rev, answer.rev),
    hasMoreBefore: answer.more,
  };
}

function isShown(message: AnyMessage): message is Message {
  return message.kind !== "hidden";
}

function drain(thread: Thread): Thread {
  let have = thread.have;
  const shown: Message[] = [];
  const buffered = new Map(thread.buffered);
  for (let next = buffered.get(have + 1); next !== undefined; next = buffered.get(have + 1)) {
    have += 1;
    buffered.delete(have);
    if (isShown(next)) shown.push(next);
  }
  if (buffered.size > bufferLimit) buffered.clear();
  const messages = shown.length === 0 ? thread.messages : [...thread.messages, ...shown];
  return { ...thread, messages, have, buffered, head: Math.max(have, thread.head) };
}

function replaceMessages(thread: Thread, changed: readonly AnyMessage[]): Thread {
  if (changed.length === 0) return thread;
  const bySeq = new Map(changed.map((message) => [message.seq, message]));
  const messages = thread.messages.map((message) => {
    const next = bySeq.get(message.seq);
    return next !== undefined && isShown(next) ? next : message;
  });
  const buffered = new Map(thread.buffered);
  for (const [seq, message] of bySeq) {
    if (seq > thread.have && buffered.has(seq)) buffered.set(seq, message);
  }
  return { ...thread, messages, buffered };
}

function highest(one: { delivered: number; read: number }, two: { delivered: number; read: number }) {
  if (two.delivered <= one.delivered && two.read <= one.read) return one;
  return { delivered: Math.max(one.delivered, two.delivered), read: Math.max(one.read, two.read) };
}
