"use client";

import { useCallback } from "react";
import { useClient } from "#components/realtime/hooks.ts";
import { listConversations } from "#components/realtime/staff-selectors.ts";
import { isClaimable, useActions } from "./use-actions.ts";
import { useView } from "./view.tsx";

/** Opens the conversation below (1) or above (-1) the open one in the current list. */
export function useWalk(): (step: 1 | -1) => void {
  const client = useClient();
  const { selectedId, select, filter } = useView();
  return useCallback(
    (step) => {
      const ids = listConversations(client.store.getState(), filter).map(({ id }) => id);
      const place = selectedId === null ? -1 : ids.indexOf(selectedId);
      const next = place < 0 ? (step === 1 ? ids[0] : ids.at(-1)) : ids[place + step];
      if (next === undefined) return;
      select(next);
      document.querySelector(`[data-conversation="${next}"]`)?.scrollIntoView({ block: "nearest" });
    },
    [client, filter, selectedId, select],
  );
}

/** Claims and opens the conversation that nobody has taken and that has waited longest. */
export function useTakeNext(): () => Promise<void> {
  const client = useClient();
  const { select, setFilter } = useView();
  const { claim } = useActions();
  return useCallback(async () => {
    const waiting = [...client.store.getState().conversations.values()]
      .filter((row) => isClaimable(row) && row.waitingSince !== null)
      .sort((one, two) => (one.waitingSince ?? "").localeCompare(two.waitingSince ?? ""));
    const [longest] = waiting;
    if (longest === undefined) return setFilter("unassigned");
    select(longest.id);
    await claim(longest.id);
  }, [client, select, setFilter, claim]);
}
