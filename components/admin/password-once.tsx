"use client";

import { useTranslations } from "#components/i18n/use-translations.ts";
import { Banner } from "#components/ui/banner.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { CopyField } from "./copy-field.tsx";

/** A sign-in that is shown this once, to be handed over. */
export function PasswordOnce({ email, password }: { email: string; password: string }) {
  const t = useTranslations("admin.staff");
  return (
    <div className="flex flex-col gap-4">
      <Banner tone="warning" rounded>
        {t("once")}
      </Banner>
      <TextField label={t("email")} value={email} readOnly size="lg" />
      <CopyField label={t("password")} value={password} />
    </div>
  );
}
