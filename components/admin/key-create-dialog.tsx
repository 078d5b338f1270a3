"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { type ApiKeyBody, apiKeyBody, madeApiKey, scope } from "#protocol/developers.ts";
import { useAdmin } from "./admin-context.tsx";
import { ChoiceList } from "./choice-list.tsx";
import { apiKeysKey } from "./developer-queries.ts";
import { SecretOnce } from "./secret-once.tsx";
import { useAction } from "./use-action.ts";
import { zodResolver } from "./zod-resolver.ts";

const formId = "new-key";

/** Makes an API key, and shows it this once. */
export function KeyCreateDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("admin.keys");
  const common = useTranslations("common");
  const { api } = useAdmin();
  const queries = useQueryClient();
  const { run, busy } = useAction();
  const [made, setMade] = useState<string | null>(null);
  const { register, handleSubmit, formState } = useForm<ApiKeyBody>({ resolver: zodResolver(apiKeyBody), defaultValues: { name: "", scopes: [] } });
  const { errors } = formState;

  const create = handleSubmit(async (values) => {
    const done = await run(() => api({ method: "POST", path: "api-keys", body: values, answer: madeApiKey }));
    if (done === null) return;
    setMade(done.answer.key);
    await queries.invalidateQueries({ queryKey: apiKeysKey });
  });

  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      size="sm"
      title={made === null ? t("new") : t("made")}
      description={made === null ? t("newAbout") : undefined}
      footer={
        made === null ? (
          <>
            <Button onClick={onClose}>{common("cancel")}</Button>
            <Button type="submit" form={formId} variant="primary" busy={busy}>
              {t("create")}
            </Button>
          </>
        ) : (
          <Button variant="primary" onClick={onClose}>
            {t("done")}
          </Button>
        )
      }
    >
      {made === null ? (
        <form id={formId} noValidate className="flex flex-col gap-4" onSubmit={(event) => void create(event)}>
          <TextField {...register("name")} label={t("name")} autoComplete="off" size="lg" description={t("nameAbout")} error={errors.name && t("nameWrong")} />
          <ChoiceList
            label={t("scopes")}
            field={register("scopes")}
            error={errors.scopes && t("scopesWrong")}
            choices={scope.options.map((value) => ({ value, label: t(`scopeNames.${value}`), about: t(`scopeHints.${value}`) }))}
          />
        </form>
      ) : (
        <SecretOnce label={t("key")} value={made} warning={t("once")} />
      )}
    </Dialog>
  );
}
