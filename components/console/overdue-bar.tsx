"use client";

import ArrowRight from "lucide-react/icons/arrow-right";
import Clock from "lucide-react/icons/clock";
import { useMemo } from "react";
import { formatDuration } from "#components/i18n/time.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat, useServerNow } from "#components/realtime/hooks.ts";
import { listOverdue } from "./overdue.ts";
import { useView } from "./view.tsx";

/** At the foot of the list, wherever one has scrolled to: how many wait too long. A click opens who has waited longest. */
export function OverdueBar() {
  const t = useTranslations("console.overdue");
  const { selectedId, select } = useView();
  const conversations = useChat((state) => state.conversations);
  const myId = useChat((state) => state.me?.id ?? null);
  const now = useServerNow(1_000) ?? 0;
  const late = useMemo(() => listOverdue(conversations.values(), { myId, openId: selectedId, serverNow: now }), [conversations, myId, selectedId, now]);
  const [longest] = late;
  if (longest === undefined || longest.waitingSince === null) return null;
  const time = formatDuration(now - Date.parse(longest.waitingSince));
  return (
    <button
      type="button"
      data-overdue={late.length}
      className="flex min-h-10 shrink-0 items-center gap-2 border-t border-line bg-danger-bg px-3 py-1.5 text-left text-ui text-danger -outline-offset-2! hover:underline pointer-coarse:min-h-11"
      onClick={() => select(longest.id)}
    >
      <Clock size={14} aria-hidden className="shrink-0" />
      <span className="min-w-0 flex-1 truncate font-medium">{t("count", { count: late.length })}</span>
      <span className="shrink-0 text-meta tabular-nums">{t("longest", { time })}</span>
      <ArrowRight size={14} aria-hidden className="shrink-0" />
    </button>
  );
}
