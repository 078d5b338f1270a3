"use client";

import { useCallback, useEffect, useState } from "react";
import { useSound } from "#components/chat/use-sound.tsx";
import { useIsWatched } from "#components/chat/use-watched.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useEvents, useUnread } from "#components/realtime/hooks.ts";
import type { ServerEvent } from "#components/realtime/state.ts";
import type { AnyMessage } from "#protocol/objects.ts";

const volume = 0.5;
const blinkMs = 1_500;

/** What reaches a customer who looks elsewhere: a soft tone for an answer, and the number of unread ones in the title. */
export function Alerts() {
  const t = useTranslations("customer");
  const sound = useSound();
  const isWatched = useIsWatched();
  const unread = useUnread();
  const [isBlink, setIsBlink] = useState(false);
  const isAway = !isWatched && unread > 0;
  const title = t("title");
  const shown = isAway ? t(isBlink ? "newTitle" : "unreadTitle", { count: unread, title }) : title;

  const ring = useCallback(
    (event: ServerEvent) => {
      if (event.name !== "message:created" || isWatched) return;
      const isAnswer = (message: AnyMessage) => message.kind !== "hidden" && (message.senderRole === "agent" || message.senderRole === "admin");
      if (event.payload.messages.some(isAnswer)) sound.play("message", volume);
    },
    [sound, isWatched],
  );
  useEvents(ring);
  useEffect(() => {
    if (!isAway) return undefined;
    const timer = setInterval(() => setIsBlink((blink) => !blink), blinkMs);
    return () => clearInterval(timer);
  }, [isAway]);
  useEffect(() => {
    document.title = shown;
    // Next writes the plain title after a refresh of the page: this one stays.
    const head = new MutationObserver(() => {
      if (document.title !== shown) document.title = shown;
    });
    head.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => head.disconnect();
  }, [shown]);
  return null;
}
