"use client";

import { createContext, createElement, type ReactNode, use, useEffect, useMemo, useSyncExternalStore } from "react";
import { useStore } from "zustand";

import type { Client } from "./client.ts";
import { countUnread, pendingOf } from "./selectors.ts";
import type { Connection, PendingMessage, ServerEvent, State, Thread, Typist } from "./state.ts";

const ClientContext = createContext<Client | null>(null);
const nobody: readonly Typist[] = [];

/** Gives a client to everything below and connects it while it is on the page. */
export function ClientProvider({ client, children }: { client: Client; children: ReactNode }): ReactNode {
  useEffect(() => {
    client.start();
    return () => client.stop();
  }, [client]);
  return createElement(ClientContext, { value: client }, children);
}

/** The client of this page. Throws outside a ClientProvider. */
export function useClient(): Client {
  const client = use(ClientContext);
  if (client === null) throw new Error("useClient needs a ClientProvider above it.");
  return client;
}

/** Any part of the state. The selector must give the same object for the same state. */
export function useChat<Part>(selector: (state: State) => Part): Part {
  return useStore(useClient().store, selector);
}

/** A conversation's messages; undefined until it is opened. `null` is a customer's own. */
export function useThread(conversationId: string | null): Thread | undefined {
  return useChat((state) => {
    const id = conversationId ?? state.ownConversationId;
    return id === null ? undefined : state.threads.get(id);
  });
}

/** Unsent messages of a conversation, to be shown below the others. `null` is a customer's own. */
export function usePending(conversationId: string | null): readonly PendingMessage[] {
  return useChat((state) => pendingOf(state, conversationId));
}

export function useConnection(): Connection {
  return useChat((state) => state.connection);
}

/** Who types in a conversation right now, without me. `null` is a customer's own. */
export function useTyping(conversationId: string | null): readonly Typist[] {
  return useChat((state) => state.typing.get(conversationId ?? state.ownConversationId ?? "") ?? nobody);
}

/** How many answers a customer has not read. */
export function useUnread(): number {
  return useChat(countUnread);
}

/** Calls the listener for every event of the server. Give it a stable function. */
export function useEvents(listener: (event: ServerEvent) => void): void {
  const client = useClient();
  useEffect(() => client.listen(listener), [client, listener]);
}

/** The server's time in milliseconds, as often as `everyMs`; null while the page is rendered on a server. */
export function useServerNow(everyMs: number): number | null {
  const client = useClient();
  const clock = useMemo(() => createClock(client, everyMs), [client, everyMs]);
  return useSyncExternalStore(clock.subscribe, clock.read, () => null);
}

function createClock(client: Client, everyMs: number) {
  const read = () => Math.floor((Date.now() + client.store.getState().serverOffsetMs) / everyMs) * everyMs;
  return {
    read,
    subscribe: (changed: () => void) => {
      const timer = setInterval(changed, everyMs);
      return () => clearInterval(timer);
    },
  };
}
