"use client";

import { useEffect, useMemo, useState } from "react";
import { useLocale, useTimeZone } from "use-intl/react";
import { defaultTimeZone } from "./time-zone.ts";
import { dayKey, formatBytes, formatDay, formatMoment, formatRelative, formatTime, formatWhen } from "./time.ts";

/** The functions of `time.ts`, bound to the viewer's language and zone. */
export function useTimes() {
  const locale = useLocale();
  const timeZone = useTimeZone() ?? defaultTimeZone;
  return useMemo(() => {
    const viewer = { locale, timeZone };
    return {
      time: (at: string | number) => formatTime(at, viewer),
      day: (at: string | number, now?: number) => formatDay(at, viewer, now),
      when: (at: string | number, now?: number) => formatWhen(at, viewer, now),
      moment: (at: string | number) => formatMoment(at, viewer),
      relative: (at: string | number, now?: number) => formatRelative(at, viewer, now),
      dayKey: (at: string | number) => dayKey(at, timeZone),
      bytes: (count: number) => formatBytes(count, locale),
    };
  }, [locale, timeZone]);
}

/** The current time in ms, renewed every `everyMs`; stands still while the page is hidden. Null until mounted. */
export function useNow(everyMs: number): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    const tick = () => {
      if (!document.hidden) setNow(Date.now());
    };
    tick();
    const timer = setInterval(tick, everyMs);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [everyMs]);
  return now;
}
