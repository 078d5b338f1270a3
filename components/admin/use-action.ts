"use client";

import { useCallback, useState } from "react";
import { useErrorText } from "#components/i18n/use-error-text.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { type CommandError, toCommandError } from "#components/realtime/command-error.ts";
import { useToast } from "#components/ui/toast.tsx";

/** What a refusal means here, where the usual words for its code are not enough; undefined: the usual words. */
export type Explain = (error: CommandError) => string | undefined;

/** Does something and says in a toast why it failed. `run` answers null after a failure. */
export function useAction() {
  const t = useTranslations("admin");
  const toast = useToast();
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);

  const run = useCallback(
    async <Answer>(work: () => Promise<Answer>, explain?: Explain): Promise<{ answer: Answer } | null> => {
      setBusy(true);
      try {
        return { answer: await work() };
      } catch (thrown) {
        const error = toCommandError(thrown);
        const body = explain?.(error) ?? errorText({ code: error.code, retryAfterMs: error.retryAfterMs ?? undefined });
        toast.show({ id: "admin-failed", tone: "danger", title: t("actionFailed"), body });
        return null;
      } finally {
        setBusy(false);
      }
    },
    [toast, t, errorText],
  );
  return { run, busy };
}
