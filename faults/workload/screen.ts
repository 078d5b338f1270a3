import type { Client } from "#components/realtime/client.ts";
import type { State, Thread } from "#components/realtime/state.ts";
import type { Screen, Unsent } from "#faults/checker.ts";
import type { History } from "#faults/history.ts";

/** What is known of a client's screen by looking at it. */
export type Watched = {
  /** What it shows now, of all conversations that it follows. */
  screens(): Screen[];
  /** Its bubbles that are not sent. */
  unsent(): Unsent[];
  stop(): void;
};

/** Writes down what a client's store shows, as a person would see it: bubbles, messages, the state of the line. */
export function watchScreen({ store }: Client, { who, history }: { who: string; history: History }): Watched {
  const shown = new Map<string, { first: number; seq: number }>();
  const settled = new Set<string>();
  let live = false;

  function lookAtOutbox({ outbox }: State): void {
    for (const list of outbox.values()) {
      for (const { clientMsgId, state, seq, conversationId, failure } of list) {
        if (state === "sending") settled.delete(clientMsgId);
        if (state === "sending" || settled.has(clientMsgId)) continue;
        settled.add(clientMsgId);
        if (state === "failed") history.add({ kind: "fail", who, clientMsgId, code: failure?.code ?? "" });
        else if (seq !== null) history.add({ kind: "ok", who, clientMsgId, id: null, seq, conversationId });
      }
    }
  }

  function lookAtThread({ conversationId, messages, loaded, first }: Thread, me: string | undefined): void {
    if (!loaded) {
      // The window was dropped; what comes next is a new one.
      shown.delete(conversationId);
      return;
    }
    const before = shown.get(conversationId);
    const last = messages.at(-1)?.seq ?? 0;
    if (before !== undefined && last < before.seq && first === before.first) history.add({ kind: "disorder", who, conversationId, what: `${last} after ${before.seq}` });
    const from = before === undefined ? 0 : messages.findLastIndex(({ seq }) => seq <= before.seq) + 1;
    let previous = messages[from - 1]?.seq ?? first - 1;
    for (const { seq, clientMsgId, senderId } of messages.slice(from)) {
      if (seq <= previous) history.add({ kind: "disorder", who, conversationId, what: `${seq} after ${previous}` });
      previous = seq;
      history.add({ kind: "shown", who, conversationId, seq, clientMsgId });
      if (clientMsgId === null || senderId !== me || settled.has(clientMsgId)) continue;
      settled.add(clientMsgId);
      history.add({ kind: "ok", who, clientMsgId, id: messages.find((message) => message.seq === seq)?.id ?? null, seq, conversationId });
    }
    shown.set(conversationId, { first, seq: last });
  }

  const unsubscribe = store.subscribe((state, before) => {
    const isLive = state.connection.status === "connected";
    if (isLive !== live) {
      live = isLive;
      history.add({ kind: isLive ? "up" as const : "down" as const, who });
    }
    if (state.outbox !== before.outbox) lookAtOutbox(state);
    if (state.threads === before.threads) return;
    for (const [id, thread] of state.threads) {
      if (thread.followed && thread !== before.threads.get(id)) lookAtThread(thread, state.me?.id);
    }
  });

  return {
    screens() {
      const { threads, kind } = store.getState();
      return [...threads.values()].filter(({ followed }) => followed).map(({ conversationId, first, have, messages }) => ({
        who, conversationId, customer: kind === "customer", first, have,
        messages: messages.map(({ id, seq, clientMsgId, text }) => ({ id, seq, clientMsgId, text })),
      }));
    },
    unsent() {
      return [...store.getState().outbox.values()].flat().map(({ clientMsgId, state }) => ({ who, clientMsgId, state }));
    },
    stop: unsubscribe,
  };
}
