"use client";

import { useTranslations } from "#components/i18n/use-translations.ts";
import { classNames } from "#components/ui/class-names.ts";
import { limits } from "#protocol/limits.ts";
import { useWriting } from "./use-writing.tsx";

/** Below the composer: how much room is left once it matters, and why the last action failed. */
export function ComposerNotes({ length }: { length: number }) {
  const t = useTranslations("customer.composer");
  const { trouble } = useWriting();
  const left = limits.textCharacters - length;
  const isNear = length >= limits.textWarnCharacters;
  return (
    <div id="composer-notes" className="px-4 text-meta">
      <p role="alert" className="pb-2 text-danger empty:hidden">
        {trouble}
      </p>
      <p aria-live="polite" className={classNames("pb-2 text-right tabular-nums empty:hidden", left < 0 ? "font-medium text-danger" : "text-fg3")}>
        {isNear && (left < 0 ? t("over", { count: -left }) : t("left", { count: left }))}
      </p>
    </div>
  );
}
