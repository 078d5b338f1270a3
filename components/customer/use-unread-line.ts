"use client";

import { useState } from "react";
import { useIsWatched } from "#components/chat/use-watched.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { firstUnreadAnswer } from "#components/realtime/selectors.ts";
import type { Thread } from "#components/realtime/state.ts";

/**
 * The message before which "new" is written: the first that was unread when one began to look, or that came while one
 * looked elsewhere. It stays while one reads, and goes with one's next message.
 */
export function useUnreadLine(thread: Thread | undefined, atEnd: boolean): number | null {
  const isWatched = useIsWatched();
  const [line, setLine] = useState<number | null>(null);
  const [isFirst, setIsFirst] = useState(true);
  const lastOwn = useChat((state) => thread?.messages.findLast((message) => message.senderId === state.me?.id)?.seq ?? 0);
  const unread = thread === undefined ? null : firstUnreadAnswer(thread);
  // Who wrote after it has seen it.
  const first = unread !== null && unread > lastOwn ? unread : null;
  const isReading = isWatched && atEnd;

  if (isFirst && thread?.receipts) {
    setIsFirst(false);
    setLine(first);
  } else if (!isFirst && !isReading && first !== null && first !== line) setLine(first);
  else if (line !== null && lastOwn > line) setLine(null);
  return line;
}
