"use client";

import Check from "lucide-react/icons/check";
import CheckCheck from "lucide-react/icons/check-check";
import { useTranslations } from "#components/i18n/use-translations.ts";
import type { Delivery } from "#components/realtime/selectors.ts";

/** How far one of my messages came: stored, on a device of the other side, seen. Needs `chat`. */
export function DeliveryMark({ delivery }: { delivery: Delivery }) {
  const t = useTranslations("chat.delivery");
  if (delivery === "read") return <span className="text-accent-text">{t("read")}</span>;
  const Icon = delivery === "sent" ? Check : CheckCheck;
  return (
    <span title={t(delivery)} className="inline-flex">
      <Icon size={14} aria-label={t(delivery)} role="img" />
    </span>
  );
}
