"use client";

import { useTranslations } from "#components/i18n/use-translations.ts";

/** Who is writing right now, at the foot of the thread. */
export function TypingLine({ names }: { names: readonly string[] }) {
  const t = useTranslations("console.thread");
  const [name = ""] = names;
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-0 z-1 flex h-6 animate-appear items-center bg-linear-to-t from-surface via-surface/90 to-transparent px-4 text-meta text-fg3">
      <span aria-live="polite" className="truncate">
        {t("typing", { count: names.length, name })}
      </span>
    </div>
  );
}
