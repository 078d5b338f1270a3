"use client";

import { useCallback, useEffect, useState } from "react";
import { toCommandError, type CommandError } from "#components/realtime/command-error.ts";
import { useChat, useClient } from "#components/realtime/hooks.ts";
import { useConversations } from "#components/realtime/staff-hooks.ts";
import type { ConversationFilter } from "#protocol/objects.ts";

/** One of the four lists: loaded when it is first shown and connected, further pages on demand. */
export function useList(filter: ConversationFilter) {
  const client = useClient();
  const rows = useConversations(filter);
  const list = useChat((state) => state.lists[filter]);
  const isConnected = useChat((state) => state.connection.status === "connected");
  const [failure, setFailure] = useState<{ filter: ConversationFilter; error: CommandError } | null>(null);

  const load = useCallback(
    async (more: boolean) => {
      setFailure(null);
      try {
        await client.loadList(filter, more);
      } catch (error) {
        setFailure({ filter, error: toCommandError(error) });
      }
    },
    [client, filter],
  );

  const isMissing = isConnected && !list.loaded && !list.loading && failure?.filter !== filter;
  useEffect(() => {
    if (isMissing) void load(false);
  }, [isMissing, load]);

  return { rows, list, error: failure?.filter === filter ? failure.error : null, load };
}
