"use client";

import Link from "next/link";
import { LocaleSwitch } from "#components/i18n/locale-switch.tsx";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { ThemeSwitch } from "#components/theme/theme-switch.tsx";
import { Logo } from "#components/ui/logo.tsx";
import { SignInForm } from "./sign-in-form.tsx";

/** The sign-in page: one card, and the two switches that someone may need before. */
export function SignInScreen({ target, reason }: { target: string; reason: "signedOut" | "expired" | null }) {
  const t = useTranslations("signIn");
  return (
    <div className="flex min-h-dvh flex-col px-4 pb-6">
      <div className="flex justify-end gap-1 py-3">
        <LocaleSwitch />
        <ThemeSwitch />
      </div>
      <main className="flex flex-1 flex-col items-center justify-center">
        <div className="w-full max-w-[360px] animate-appear rounded-dialog border border-line bg-surface p-6 shadow-e1 sm:p-8">
          <Logo size={40} />
          <h1 className="mt-4 text-page font-semibold text-fg">{t("welcome")}</h1>
          <p className="mt-1 mb-6 text-ui text-fg2">{t("intro")}</p>
          <SignInForm target={target} reason={reason} />
        </div>
        <p className="mt-6 text-ui text-fg3">
          {t("forCustomers")}{" "}
          <Link href="/" className="hit-area rounded-tag font-medium text-accent-text hover:underline">
            {t("toChat")}
          </Link>
        </p>
      </main>
    </div>
  );
}
