"use client";

import { useErrorText } from "#components/i18n/use-error-text.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { toCommandError } from "#components/realtime/command-error.ts";
import { ErrorState } from "#components/ui/error-state.tsx";

type Props = { error: unknown; onRetry: () => void; busy: boolean };

/** Something could not be read: why, and once more. */
export function LoadError({ error, onRetry, busy }: Props) {
  const t = useTranslations("admin");
  const errorText = useErrorText();
  const { code, retryAfterMs, requestId } = toCommandError(error);
  return (
    <ErrorState
      title={t("loadFailed")}
      body={errorText({ code, retryAfterMs: retryAfterMs ?? undefined })}
      requestId={requestId ?? undefined}
      onRetry={onRetry}
      busy={busy}
    />
  );
}
