import { onTestFinished } from "vitest";
import { createStore, type StoreApi } from "zustand/vanilla";

import { changePending } from "#components/realtime/apply.ts";
import { CommandError, unavailable } from "#components/realtime/command-error.ts";
import { createOutbox, type Outbox, type OutboxOptions } from "#components/realtime/outbox.ts";
import { initialState, ownOutbox, type PendingMessage, type State } from "#components/realtime/state.ts";
import type { CommandData, CommandInput } from "#protocol/commands.ts";
import type { ErrorCode } from "#protocol/errors.ts";
import type { User } from "#protocol/objects.ts";

import { until } from "./until.ts";

type Send = CommandInput<"message:send">;
type Tab = { outbox: Outbox; store: StoreApi<State>; setLive: (live: boolean) => void };

/** Who writes. */
export const guest: User = { id: "0197a000-0000-7000-8000-000000000002", role: "customer", name: "Li Lei", avatarUrl: null, guest: true, externalId: null };
/** A text of a customer; add the text. */
export const draft = { conversationId: null, kind: "text" as const, files: [], replyTo: null };

/** A server that stores each clientMsgId once, and answers as it is told to. */
export function createModelSender() {
  const stored: Send[] = [];
  const asked: Send[] = [];
  const answers: ("lose the answer" | ErrorCode)[] = [];
  return {
    stored,
    asked,
    /** What happens to the next sends, in order; then all goes well. */
    next: (...list: ("lose the answer" | ErrorCode)[]) => void answers.push(...list),
    async send(input: Send): Promise<CommandData<"message:send">> {
      asked.push(input);
      const answer = answers.shift();
      if (answer !== undefined && answer !== "lose the answer") throw refusal(answer);
      let seq = stored.findIndex((one) => one.clientMsgId === input.clientMsgId) + 1;
      const duplicate = seq > 0;
      if (!duplicate) seq = stored.push(input);
      if (answer === "lose the answer") throw new CommandError({ code: "unavailable", message: "lost", retryable: true, retryAfterMs: 5 });
      const { clientMsgId, kind, text = "" } = input;
      return {
        duplicate,
        message: {
          id: clientMsgId, conversationId: guest.id, seq, kind, text, attachments: [], senderId: guest.id, senderRole: "customer", senderName: "",
          clientMsgId, replyTo: null, createdAt: new Date().toISOString(), editedAt: null, recalledAt: null,
        },
      };
    },
  };
}

/** What a refused command throws; what may be tried again says when: soon. */
export function refusal(code: ErrorCode): CommandError {
  const retryable = code === "rate_limited" || code === "internal" || code === "unavailable";
  return new CommandError({ code, message: code, retryable, ...(retryable ? { retryAfterMs: 5 } : {}) });
}

/** A tab of a browser with the storage of this name; it closes with the test. */
export function openTab(name: string, server: Pick<ReturnType<typeof createModelSender>, "send">, options: Partial<OutboxOptions> & { live?: boolean } = {}): Tab {
  const store = createStore<State>(() => initialState("customer"));
  let { live = true } = options;
  const outbox = createOutbox({
    kind: "customer",
    name,
    me: () => guest,
    isLive: () => live,
    send: server.send,
    upload: () => Promise.reject(unavailable("no uploads here")),
    measure: async () => null,
    change: (key, change) => store.setState((state) => changePending(state, key, change), true),
    onSent: ({ clientMsgId }) => store.setState((state) => changePending(state, ownOutbox, (list) => list.filter((one) => one.clientMsgId !== clientMsgId)), true),
    onDurable: (outboxDurable) => store.setState({ outboxDurable }),
    ...options,
  });
  onTestFinished(() => outbox.close());
  outbox.open();
  const setLive = (now: boolean) => {
    live = now;
    if (live) outbox.wake();
  };
  return { outbox, store, setLive };
}

export const pending = (state: State): readonly PendingMessage[] => state.outbox.get(ownOutbox) ?? [];
export const texts = (sends: readonly Send[]) => sends.map((input) => input.text);
export const emptied = (tab: Tab) => until(tab.store, (state) => pending(state).length === 0);
export const failed = (tab: Tab) => until(tab.store, (state) => pending(state).some((one) => one.state === "failed"));
