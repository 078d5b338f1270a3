"use client";

import Clock from "lucide-react/icons/clock";
import { formatDuration } from "#components/i18n/time.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useServerNow } from "#components/realtime/hooks.ts";
import { classNames } from "#components/ui/class-names.ts";
import { waitingLevel, type WaitingLevel } from "./waiting.ts";

const looks: Record<WaitingLevel, string> = {
  calm: "text-fg3",
  amber: "font-medium text-warning",
  red: "font-semibold text-danger",
};

/** How long a customer has been waiting for an answer, counting on. */
export function WaitingTimer({ since }: { since: string }) {
  const t = useTranslations("console.row");
  const now = useServerNow(1_000);
  if (now === null) return null;
  const waited = Math.max(0, now - Date.parse(since));
  const level = waitingLevel(waited);
  const time = formatDuration(waited);
  return (
    <span className={classNames("inline-flex items-center gap-1 text-meta tabular-nums", looks[level])} title={t("waiting", { time })}>
      {level !== "calm" && <Clock size={12} aria-hidden />}
      <span className="sr-only">{t("waitingFor")}</span>
      {time}
    </span>
  );
}
