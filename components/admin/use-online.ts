"use client";

import { useChat } from "#components/realtime/hooks.ts";
import type { NoticeAudience, PresenceCounts } from "#protocol/objects.ts";

/** How many people of an audience are online now; live. */
export function useOnlineCount(audience: NoticeAudience): number {
  return useChat((state) => countOf(state.presence.counts, audience));
}

function countOf({ customers, agents }: PresenceCounts, audience: NoticeAudience): number {
  return audience === "everyone" ? customers + agents : audience === "customers" ? customers : agents;
}

/** Whether someone is online now; live. */
export function useIsOnline(userId: string): boolean {
  return useChat((state) => (state.presence.users.get(userId)?.sessions ?? 0) > 0);
}
