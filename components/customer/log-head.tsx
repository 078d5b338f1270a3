"use client";

import { useTranslations } from "#components/i18n/use-translations.ts";
import type { Thread } from "#components/realtime/state.ts";
import { Button } from "#components/ui/button.tsx";
import { Spinner } from "#components/ui/spinner.tsx";

/** Above the first message: what is being loaded, or the words with which every conversation begins. */
export function LogHead({ thread, onLoad }: { thread: Thread | undefined; onLoad: () => void }) {
  const t = useTranslations("customer.log");
  return (
    <div className="grid min-h-12 place-items-center text-center text-meta text-fg3">
      {thread?.loadingBefore === true ? (
        <span className="inline-flex items-center gap-2">
          <Spinner size={14} /> {t("loading")}
        </span>
      ) : thread?.hasMoreBefore === true ? (
        <Button size="sm" variant="ghost" onClick={onLoad}>
          {t("earlier")}
        </Button>
      ) : (
        <p className="max-w-88 py-2 text-pretty">{t("begin")}</p>
      )}
    </div>
  );
}
