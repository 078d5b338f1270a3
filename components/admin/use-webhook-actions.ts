"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useConfirm } from "#components/ui/confirm-dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { type Webhook, webhook, type WebhookDelivery, webhookDelivery } from "#protocol/developers.ts";
import { useAdmin } from "./admin-context.tsx";
import { nothing } from "./api.ts";
import { deliveriesKey, webhookKey, webhooksKey } from "./developer-queries.ts";
import { type Explain, useAction } from "./use-action.ts";

/** What can be done with a webhook. */
export function useWebhookActions() {
  const t = useTranslations("admin.webhooks");
  const { api } = useAdmin();
  const queries = useQueryClient();
  const confirm = useConfirm();
  const toast = useToast();
  const { run, busy } = useAction();
  const off: Explain = ({ code }) => (code === "conflict" ? t("isOff") : undefined);

  async function test({ id }: Webhook): Promise<void> {
    const done = await run(() => api({ method: "POST", path: `webhooks/${id}/test`, answer: webhookDelivery }), off);
    if (done === null) return;
    await queries.invalidateQueries({ queryKey: deliveriesKey(id) });
    toast.show({ tone: "success", title: t("tested") });
  }

  async function setDisabled({ id }: Webhook, disabled: boolean): Promise<void> {
    if (disabled && !(await confirm({ title: t("disableTitle"), body: t("disableBody"), action: t("disable") }))) return;
    const done = await run(() => api({ method: "PATCH", path: `webhooks/${id}`, body: { disabled }, answer: webhook }));
    if (done === null) return;
    queries.setQueryData(webhookKey(id), done.answer);
    await queries.invalidateQueries({ queryKey: webhooksKey });
    toast.show({ tone: "success", title: disabled ? t("wasDisabled") : t("wasEnabled") });
  }

  /** Answers whether it was deleted. */
  async function remove({ id, url }: Webhook): Promise<boolean> {
    if (!(await confirm({ title: t("deleteTitle"), body: t("deleteBody", { url }), action: t("delete"), tone: "danger" }))) return false;
    // Nobody looks any more for what is on its way: the next look would ask for what is gone.
    await queries.cancelQueries({ queryKey: deliveriesKey(id) });
    queries.setQueryData(deliveriesKey(id), { pages: [], pageParams: [] });
    if ((await run(() => api({ method: "DELETE", path: `webhooks/${id}`, answer: nothing }))) === null) {
      await queries.invalidateQueries({ queryKey: deliveriesKey(id) });
      return false;
    }
    await queries.invalidateQueries({ queryKey: webhooksKey });
    toast.show({ tone: "success", title: t("deleted") });
    return true;
  }

  async function repeat(webhookId: string, { id }: WebhookDelivery): Promise<void> {
    const done = await run(() => api({ method: "POST", path: `webhooks/${webhookId}/deliveries/${id}/repeat`, answer: webhookDelivery }), off);
    if (done === null) return;
    await queries.invalidateQueries({ queryKey: deliveriesKey(webhookId) });
    toast.show({ tone: "success", title: t("repeated") });
  }

  return { test, setDisabled, remove, repeat, busy };
}
