"use client";

import { useTranslations } from "#components/i18n/use-translations.ts";
import { ErrorState } from "#components/ui/error-state.tsx";

/** A page that failed to render; the digest is the number under which the server logged it. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const t = useTranslations("common");
  return (
    <main className="grid min-h-dvh place-items-center">
      <ErrorState heading="h1" title={t("crashTitle")} body={t("crashBody")} requestId={error.digest} onRetry={reset} />
    </main>
  );
}
