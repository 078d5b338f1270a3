"use client";

import type { UseFormReturn } from "react-hook-form";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { TextField } from "#components/ui/text-field.tsx";
import { webhookEvent } from "#protocol/developers.ts";
import { ChoiceList } from "./choice-list.tsx";
import { eventTexts, type WebhookValues } from "./webhook-values.ts";

type Props = { id: string; form: UseFormReturn<WebhookValues>; onSubmit: (values: WebhookValues) => Promise<void> };

/** Where to send what. */
export function WebhookForm({ id, form, onSubmit }: Props) {
  const t = useTranslations("admin.webhooks");
  const { register, handleSubmit, formState } = form;
  const { errors } = formState;
  return (
    <form id={id} noValidate className="flex flex-col gap-4" onSubmit={(event) => void handleSubmit(onSubmit)(event)}>
      <TextField
        {...register("url")}
        label={t("url")}
        type="url"
        inputMode="url"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        size="lg"
        placeholder="https://"
        description={t("urlAbout")}
        error={errors.url && t("urlWrong")}
      />
      <ChoiceList
        label={t("events")}
        field={register("events")}
        error={errors.events && t("eventsWrong")}
        choices={webhookEvent.options.map((value) => ({ value, label: value, about: t(`eventHints.${eventTexts[value]}`) }))}
      />
    </form>
  );
}
