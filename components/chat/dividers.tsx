"use client";

import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";

/** The day of the messages below. */
export function DayDivider({ at }: { at: string }) {
  const times = useTimes();
  return (
    <div className="flex justify-center py-3">
      <time dateTime={at} className="rounded-full bg-sunken px-2.5 py-0.5 text-meta text-fg3">
        {times.day(at)}
      </time>
    </div>
  );
}

/** What is below has not been read yet. Needs `chat`. */
export function UnreadDivider() {
  const t = useTranslations("chat.thread");
  return (
    <div className="flex items-center gap-3 py-3 text-meta font-medium text-danger" data-unread-line>
      <span aria-hidden className="h-px flex-1 bg-danger/40" />
      {t("unread")}
      <span aria-hidden className="h-px flex-1 bg-danger/40" />
    </div>
  );
}
