"use client";

import { useCallback } from "react";
import { useNow, useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";

/** Says since when somebody is online: "just came online", "came online 5 minutes ago"; renewed by itself. */
export function useOnlineFor(): (since: string) => string {
  const t = useTranslations("console.panel");
  const times = useTimes();
  const now = useNow(30_000);
  return useCallback(
    (since: string) => {
      const isNew = now !== null && now - Date.parse(since) < 60_000;
      return isNew ? t("onlineJust") : t("onlineFor", { time: times.relative(since, now ?? undefined) });
    },
    [t, times, now],
  );
}
