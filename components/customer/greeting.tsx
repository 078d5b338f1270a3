"use client";

import { useTranslations } from "#components/i18n/use-translations.ts";
import { Logo } from "#components/ui/logo.tsx";

/** What stands where no conversation has begun. */
export function Greeting() {
  const t = useTranslations("customer.greeting");
  return (
    <div className="flex min-h-0 flex-1 animate-appear flex-col items-center justify-center overflow-y-auto px-8 py-10 text-center">
      <Logo size={56} />
      <h2 className="mt-5 text-page font-semibold text-balance">{t("title")}</h2>
      <p className="mt-2 max-w-88 text-widget text-balance text-fg2">{t("body")}</p>
    </div>
  );
}
