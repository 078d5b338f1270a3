"use client";

import { useEffect, useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient } from "#components/realtime/hooks.ts";
import { createTabs } from "./one-tab.ts";
import { createRinger } from "./ringer.ts";
import { useAvailability, useIsWaiter } from "./use-availability.ts";
import { usePreview } from "./use-preview.ts";
import { useSettingsStore } from "./use-settings.tsx";
import { useIsArmed, useSound } from "#components/chat/use-sound.tsx";
import { useIsWatched } from "#components/chat/use-watched.ts";
import { useView } from "./view.tsx";

/** Lets the console ring and notify while it is on the page. */
export function useRinger(): void {
  const client = useClient();
  const sound = useSound();
  const settings = useSettingsStore();
  const [tabs] = useState(createTabs);
  const [ringer] = useState(() => createRinger({ client, sound, tabs, settings }));
  const t = useTranslations("console.alerts");
  const preview = usePreview();
  const { selectedId, select } = useView();
  const isWatched = useIsWatched();
  const isArmed = useIsArmed();
  const isWaiter = useIsWaiter();
  const [availability] = useAvailability();

  useEffect(() => {
    ringer.update({
      isReceiving: isWaiter && availability === "online",
      select,
      messageTitle: (message) => t("messageTitle", { name: message.senderName }),
      newTitle: (count) => t("newTitle", { count }),
      urgeTitle: (name) => t("urgeTitle", { name }),
      urgeBody: t("urgeBody"),
      preview,
    });
  }, [ringer, isWaiter, availability, select, t, preview]);
  useEffect(() => ringer.start(), [ringer]);
  useEffect(() => {
    if (isArmed) tabs.stand();
  }, [tabs, isArmed]);
  useEffect(() => tabs.watch(isWatched ? selectedId : null), [tabs, isWatched, selectedId]);
}
