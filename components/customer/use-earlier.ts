"use client";

import { useCallback, useEffect, type RefObject } from "react";
import { useClient } from "#components/realtime/hooks.ts";
import type { Thread } from "#components/realtime/state.ts";

/** Older messages are fetched this far ahead of who scrolls up. */
const aheadPx = 1_000;

/** Loads what came before as one scrolls towards it. Answers how to ask for it by hand. */
export function useEarlier(scroller: RefObject<HTMLElement | null>, thread: Thread | undefined): () => void {
  const client = useClient();
  const conversationId = thread?.conversationId ?? null;
  const mayLoad = thread !== undefined && thread.hasMoreBefore && !thread.loadingBefore;

  const load = useCallback(() => {
    // A refusal leaves the button: it asks again.
    if (conversationId !== null) client.loadBefore(conversationId).catch(() => {});
  }, [client, conversationId]);

  useEffect(() => {
    const box = scroller.current;
    if (box === null || !mayLoad) return undefined;
    const look = () => {
      if (box.scrollHeight - box.clientHeight + box.scrollTop < aheadPx && box.scrollTop < 0) load();
    };
    look();
    box.addEventListener("scroll", look, { passive: true });
    return () => box.removeEventListener("scroll", look);
  }, [scroller, mayLoad, load]);

  return load;
}
