"use client";

import { LocaleSwitch } from "#components/i18n/locale-switch.tsx";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { ThemeSwitch } from "#components/theme/theme-switch.tsx";
import { Logo } from "#components/ui/logo.tsx";
import { useAnswering } from "./use-answering.ts";

/** Whose chat this is, who answers, and how the page looks. */
export function ChatHeader() {
  const t = useTranslations("customer");
  return (
    <header className="z-1 flex min-h-14 shrink-0 items-center gap-2.5 border-b border-line bg-surface pt-[env(safe-area-inset-top)] pr-2 pl-4">
      <Logo size={28} />
      <div className="min-w-0 flex-1">
        <h1 className="truncate text-widget leading-5 font-semibold">{t("title")}</h1>
        <Answering />
      </div>
      <nav aria-label={t("preferences")} className="flex shrink-0 items-center gap-1">
        <LocaleSwitch compact />
        <ThemeSwitch />
      </nav>
    </header>
  );
}

function Answering() {
  const text = useAnswering();
  return (
    <p role="status" className="truncate text-meta text-fg3">
      {text}
    </p>
  );
}
