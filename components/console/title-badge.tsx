"use client";

import { useEffect } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import type { State } from "#components/realtime/state.ts";

/** How much waits for me: unread messages in my conversations and in those that nobody has taken. */
export function countWaiting({ conversations, me }: Pick<State, "conversations" | "me">): number {
  let count = 0;
  for (const { status, assignee, unread = 0 } of conversations.values()) {
    if (status === "open" && (assignee === null || assignee.id === me?.id)) count += unread;
  }
  return count;
}

/** Puts that number before the page's title and on the app's icon. */
export function TitleBadge() {
  const t = useTranslations("console");
  const count = useChat(countWaiting);
  const title = t("title");
  const shown = count === 0 ? title : t("alerts.badge", { count, title });

  useEffect(() => {
    document.title = shown;
    // Next writes the plain title after a refresh of the page: this one stays.
    const head = new MutationObserver(() => {
      if (document.title !== shown) document.title = shown;
    });
    head.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => head.disconnect();
  }, [shown]);
  useEffect(() => {
    if (!("setAppBadge" in navigator)) return;
    // Not installed as an app: there is no icon to mark.
    navigator.setAppBadge(count).catch(() => {});
  }, [count]);
  return null;
}
