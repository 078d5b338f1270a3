import type { CommandData, CommandInput } from "#protocol/commands.ts";
import type { AnyMessage } from "#protocol/objects.ts";

import { changeThread } from "./apply.ts";
import { toCommandError } from "./command-error.ts";
import type { State, Thread } from "./state.ts";
import { receiveReceipts } from "./thread.ts";

const coalesceMs = 500;
/**
 * Of conversations that are nobody's, every waiter confirms what arrives, and one of them is enough: each tells of one
 * conversation at a time, of any, with this pause between them on average. Together they are soon through.
 */
const turnMs = 200;

export type MarksOptions = {
  read: () => State;
  write: (change: (state: State) => State) => void;
  mark: (input: CommandInput<"conversation:read">) => Promise<CommandData<"conversation:read">>;
  isLive: () => boolean;
};

export type Marks = {
  /** Seen by the person up to this number. */
  read: (conversationId: string, seq: number) => void;
  /** In this browser's memory up to this number. */
  delivered: (conversationId: string, seq: number) => void;
  /** Confirms what just arrived and concerns me. */
  receive: (messages: readonly AnyMessage[]) => void;
  /** Connected again: what could not be told is told now. */
  wake: () => void;
  stop: () => void;
};

type Mark = { read: number; delivered: number };

/**
 * Tells the server how far things came: high-water marks, at most twice a second for each conversation that is open
 * here, and five times a second for all others together. One at a time: a server that is slow gets fewer of them.
 */
export function createMarks({ read: state, write, mark, isLive }: MarksOptions): Marks {
  const told = new Map<string, Mark>();
  const wanted = new Map<string, Mark>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  /* Those that wait for their turn. */
  const others = new Set<string>();
  let turn: ReturnType<typeof setTimeout> | undefined;
  /* Those whose time has come, in the order in which they are told. */
  const due = new Set<string>();
  let telling = false;

  function note(id: string, kind: keyof Mark, seq: number): boolean {
    const known = told.get(id);
    if (known !== undefined && seq <= known[kind]) return false;
    const before = wanted.get(id) ?? known ?? { read: 0, delivered: 0 };
    wanted.set(id, { ...before, [kind]: Math.max(before[kind], seq) });
    return true;
  }

  function want(id: string, kind: keyof Mark, seq: number): void {
    if (!note(id, kind, seq)) return;
    others.delete(id);
    if (!timers.has(id)) timers.set(id, setTimeout(() => announce(id), coalesceMs));
  }

  function wantInTurn(id: string, seq: number): void {
    if (!note(id, "delivered", seq) || timers.has(id)) return;
    others.add(id);
    planTurn();
  }

  function planTurn(): void {
    if (others.size > 0) turn ??= setTimeout(takeTurn, turnMs * (0.5 + Math.random()));
  }

  function takeTurn(): void {
    turn = undefined;
    const id = [...others][Math.floor(Math.random() * others.size)];
    if (id === undefined || !isLive()) return;
    others.delete(id);
    // Someone may have taken it over meanwhile.
    if (isForMe(state(), id)) announce(id);
    else wanted.delete(id);
    planTurn();
  }

  function announce(id: string): void {
    timers.delete(id);
    due.add(id);
    if (!telling) void tellAll();
  }

  async function tellAll(): Promise<void> {
    telling = true;
    for (const id of due) {
      due.delete(id);
      await tell(id);
    }
    telling = false;
  }

  async function tell(id: string): Promise<void> {
    const next = wanted.get(id);
    if (next === undefined || !isLive()) return;
    wanted.delete(id);
    try {
      const { receipts } = await mark({ conversationId: id, ...(next.read > 0 ? { read: next.read } : {}), delivered: Math.max(next.delivered, next.read) });
      const known = told.get(id) ?? { read: 0, delivered: 0 };
      told.set(id, { read: Math.max(known.read, next.read), delivered: Math.max(known.delivered, next.delivered, next.read) });
      write((before) => changeThread(before, id, (thread) => receiveReceipts(thread, receipts)));
    } catch (error) {
      if (!toCommandError(error).retryable) return;
      const newer = wanted.get(id) ?? next;
      wanted.set(id, { read: Math.max(newer.read, next.read), delivered: Math.max(newer.delivered, next.delivered) });
      if (isLive() && !timers.has(id)) timers.set(id, setTimeout(() => announce(id), coalesceMs * 4));
    }
  }

  return {
    read(id, seq) {
      write((before) => readLocally(before, id, seq));
      want(id, "read", seq);
    },
    delivered: (id, seq) => want(id, "delivered", seq),
    receive(messages) {
      const now = state();
      for (const message of messages) {
        const id = message.conversationId;
        const thread = now.threads.get(id);
        if (thread?.followed === true && thread.loaded) want(id, "delivered", thread.have);
        else if (now.kind === "staff" && isForMe(now, id)) wantInTurn(id, message.seq);
      }
    },
    wake() {
      /* Each answer brings the other side's marks too: ask once per session. */
      told.clear();
      for (const id of wanted.keys()) if (!others.has(id)) announce(id);
      planTurn();
    },
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      clearTimeout(turn);
      turn = undefined;
    },
  };
}

/* Fifty waiters need not all confirm each message: those whose it is do, and everyone while it is nobody's. */
function isForMe(state: State, conversationId: string): boolean {
  const row = state.conversations.get(conversationId);
  return row !== undefined && (row.assignee === null || row.assignee.id === state.me?.id);
}

/* What I have read counts as read before the server says so. */
function readLocally(state: State, id: string, seq: number): State {
  const thread = state.threads.get(id);
  if (state.kind === "customer") {
    return changeThread(state, id, (known) => {
      const { customer, staff } = known.receipts ?? { customer: { delivered: 0, read: 0 }, staff: { delivered: 0, read: 0 } };
      return receiveReceipts(known, { customer: { delivered: Math.max(customer.delivered, seq), read: Math.max(customer.read, seq) }, staff });
    });
  }
  const row = state.conversations.get(id);
  if (row?.unread === undefined || row.unread === 0 || thread === undefined) return state;
  const unread = seq >= row.head ? 0 : Math.min(row.unread, countAfter(thread, seq));
  return unread === row.unread ? state : { ...state, conversations: new Map(state.conversations).set(id, { ...row, unread }) };
}

function countAfter(thread: Thread, seq: number): number {
  return thread.messages.filter((message) => message.senderRole === "customer" && message.seq > seq).length;
}
