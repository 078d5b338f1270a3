"use client";

import { useTranslations } from "#components/i18n/use-translations.ts";
import type { Webhook, WebhookDelivery } from "#protocol/developers.ts";
import { StateMark } from "./state-mark.tsx";

/** Whether a webhook is on. */
export function WebhookState({ webhook: { disabled, gone } }: { webhook: Webhook }) {
  const t = useTranslations("admin.webhooks.states");
  if (!disabled) return <StateMark tone="good">{t("on")}</StateMark>;
  return <StateMark tone={gone ? "warning" : "quiet"}>{gone ? t("gone") : t("off")}</StateMark>;
}

const tones = { pending: "accent", delivered: "good", failed: "warning" } as const;

/** What became of a delivery so far. */
export function DeliveryState({ state }: Pick<WebhookDelivery, "state">) {
  const t = useTranslations("admin.webhooks.deliveryStates");
  return <StateMark tone={tones[state]}>{t(state)}</StateMark>;
}
