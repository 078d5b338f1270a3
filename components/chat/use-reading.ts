"use client";

import { useEffect, useMemo, useState } from "react";
import { useClient } from "#components/realtime/hooks.ts";
import type { Message } from "#protocol/objects.ts";
import { useIsWatched } from "./use-watched.ts";

/** On a visible, focused screen for this long counts as read. */
const readMs = 1_000;

type Input = {
  conversationId: string;
  newestSeq: number;
  /** Whether the newest message is in sight. */
  atEnd: boolean;
  messages: readonly Message[];
  /** Whose messages count as new. */
  from: "customer" | "staff";
};

/** Marks the thread as read while its end is looked at; answers how many messages came in below what is in sight. */
export function useReading({ conversationId, newestSeq, atEnd, messages, from }: Input): number {
  const client = useClient();
  const isWatched = useIsWatched();
  const [seen, setSeen] = useState(newestSeq);
  const isReading = isWatched && atEnd;

  useEffect(() => {
    if (!isReading || newestSeq === 0) return undefined;
    const timer = setTimeout(() => client.markRead(conversationId, newestSeq), readMs);
    return () => clearTimeout(timer);
  }, [client, conversationId, newestSeq, isReading]);

  // Whatever was at the end while the end was in sight has been seen.
  if (atEnd && seen !== newestSeq) setSeen(newestSeq);
  return useMemo(() => messages.filter((message) => message.seq > seen && sideOf(message) === from).length, [messages, seen, from]);
}

function sideOf({ senderRole }: Message): Input["from"] | null {
  return senderRole === "system" ? null : senderRole === "customer" ? "customer" : "staff";
}
