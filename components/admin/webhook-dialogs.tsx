"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm, type UseFormReturn } from "react-hook-form";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { toCommandError } from "#components/realtime/command-error.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { madeWebhook, type Webhook, webhook, webhookEvent } from "#protocol/developers.ts";
import { useAdmin } from "./admin-context.tsx";
import { webhookKey, webhooksKey } from "./developer-queries.ts";
import { SecretOnce } from "./secret-once.tsx";
import { useAction } from "./use-action.ts";
import { WebhookForm } from "./webhook-form.tsx";
import { type WebhookValues, webhookValues } from "./webhook-values.ts";
import { zodResolver } from "./zod-resolver.ts";

const formId = "webhook";

/** Makes a webhook, and shows its secret this once. */
export function WebhookCreateDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("admin.webhooks");
  const common = useTranslations("common");
  const { api } = useAdmin();
  const queries = useQueryClient();
  const { save, busy } = useSave();
  const [made, setMade] = useState<string | null>(null);
  const form = useForm<WebhookValues>({ resolver: zodResolver(webhookValues), defaultValues: { url: "", events: [...webhookEvent.options] } });

  const create = async (body: WebhookValues) => {
    const answer = await save(form, () => api({ method: "POST", path: "webhooks", body, answer: madeWebhook }));
    if (answer === null) return;
    setMade(answer.secret);
    await queries.invalidateQueries({ queryKey: webhooksKey });
  };

  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      size="sm"
      title={made === null ? t("new") : t("made")}
      description={made === null ? t("newAbout") : undefined}
      footer={
        made === null ? (
          <FormButtons onClose={onClose} busy={busy} action={t("create")} cancel={common("cancel")} />
        ) : (
          <Button variant="primary" onClick={onClose}>
            {t("done")}
          </Button>
        )
      }
    >
      {made === null ? <WebhookForm id={formId} form={form} onSubmit={create} /> : <SecretOnce label={t("secret")} value={made} warning={t("once")} />}
    </Dialog>
  );
}

/** Changes where a webhook goes and what it is told. */
export function WebhookEditDialog({ before, onClose, onSaved }: { before: Webhook; onClose: () => void; onSaved: () => void }) {
  const t = useTranslations("admin.webhooks");
  const common = useTranslations("common");
  const { api } = useAdmin();
  const queries = useQueryClient();
  const { save, busy } = useSave();
  const form = useForm<WebhookValues>({ resolver: zodResolver(webhookValues), defaultValues: { url: before.url, events: before.events } });

  const change = async (body: WebhookValues) => {
    const answer = await save(form, () => api({ method: "PATCH", path: `webhooks/${before.id}`, body, answer: webhook }));
    if (answer === null) return;
    queries.setQueryData(webhookKey(before.id), answer);
    await queries.invalidateQueries({ queryKey: webhooksKey });
    onSaved();
  };

  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      size="sm"
      title={t("editTitle")}
      footer={<FormButtons onClose={onClose} busy={busy} action={common("save")} cancel={common("cancel")} />}
    >
      <WebhookForm id={formId} form={form} onSubmit={change} />
    </Dialog>
  );
}

function FormButtons({ onClose, busy, action, cancel }: { onClose: () => void; busy: boolean; action: string; cancel: string }) {
  return (
    <>
      <Button onClick={onClose}>{cancel}</Button>
      <Button type="submit" form={formId} variant="primary" busy={busy}>
        {action}
      </Button>
    </>
  );
}

/* What the server finds wrong with the address stands at its field. */
function useSave() {
  const { run, busy } = useAction();
  async function save<Answer>(form: UseFormReturn<WebhookValues>, work: () => Promise<Answer>): Promise<Answer | null> {
    let wrong = false;
    const done = await run(() =>
      work().catch((error: unknown) => {
        wrong = toCommandError(error).code === "bad_request";
        if (wrong) return null;
        throw error;
      }),
    );
    if (wrong) form.setError("url", { type: "refused", message: "refused" }, { shouldFocus: true });
    return done?.answer ?? null;
  }
  return { save, busy };
}
