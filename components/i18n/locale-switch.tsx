"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { useLocale, useTranslations } from "use-intl/react";
import Languages from "lucide-react/icons/languages";
import { Button } from "#components/ui/button.tsx";
import { writeCookie } from "./cookie.ts";
import { localeCookie, localeNames, locales } from "./locales.ts";

/** A button for each other language, named in that language; `compact`: without an icon where the window is narrow. Keeps the page's state. Needs `common`. */
export function LocaleSwitch({ size = "md", compact = false }: { size?: "sm" | "md" | "lg"; compact?: boolean }) {
  const router = useRouter();
  const current = useLocale();
  const t = useTranslations("common");
  const [busy, startTransition] = useTransition();

  return locales
    .filter((locale) => locale !== current)
    .map((locale) => (
      <Button
        key={locale}
        variant="ghost"
        size={size}
        busy={busy}
        icon={<Languages size={16} className={compact ? "max-sm:hidden" : ""} />}
        lang={locale}
        title={t("switchLanguage")}
        onClick={() => {
          writeCookie(localeCookie, locale);
          startTransition(() => router.refresh());
        }}
      >
        {localeNames[locale]}
      </Button>
    ));
}
