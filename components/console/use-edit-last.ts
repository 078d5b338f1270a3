"use client";

import { useCallback } from "react";
import { useClient } from "#components/realtime/hooks.ts";
import { limits } from "#protocol/limits.ts";
import { useEditing } from "./use-editing.tsx";

/** Begins to change my last message, if it still may be changed. Answers whether it did. */
export function useEditLast(conversationId: string): () => boolean {
  const client = useClient();
  const { begin } = useEditing();
  return useCallback(() => {
    const { threads, me, serverOffsetMs } = client.store.getState();
    const last = threads.get(conversationId)?.messages.findLast((message) => message.senderId === me?.id && message.recalledAt === null);
    if (last === undefined || (last.kind !== "text" && last.kind !== "note")) return false;
    if (Date.now() + serverOffsetMs - Date.parse(last.createdAt) >= limits.editWindowMs) return false;
    begin(last);
    return true;
  }, [client, begin, conversationId]);
}
