"use client";

import Bell from "lucide-react/icons/bell";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Logo } from "#components/ui/logo.tsx";
import type { NoticeValues } from "./notice-values.ts";

const tones = { info: "info", warning: "warning", urgent: "danger" } as const;

/** The notice as its readers will see it, above a conversation. */
export function NoticePreview({ values }: { values: NoticeValues }) {
  const t = useTranslations("admin.notices");
  const common = useTranslations("common");
  const { title, body, level, requireAck, audience } = values;
  return (
    <figure className="lg:sticky lg:top-8">
      <figcaption className="mb-2 text-ui font-medium text-fg2">{audience === "staff" ? t("previewStaff") : t("preview")}</figcaption>
      <div className="overflow-hidden rounded-panel border border-line bg-surface shadow-e1">
        <div aria-hidden className="flex h-13 items-center gap-2.5 border-b border-line px-4">
          <Logo size={28} />
          <span className="text-body font-semibold">{common("product")}</span>
        </div>
        <Banner tone={tones[level]} icon={level === "info" ? <Bell size={16} className="mt-0.5 shrink-0" /> : undefined}>
          <p className="font-semibold">{title || t("previewTitle")}</p>
          <p className="max-h-60 overflow-y-auto whitespace-pre-wrap">{body || t("previewBody")}</p>
          {requireAck && (
            <Button size="sm" variant="primary" className="mt-2" tabIndex={-1} aria-disabled>
              {t("previewAck")}
            </Button>
          )}
        </Banner>
        <div aria-hidden className="flex flex-col gap-2 p-4 pt-6">
          <span className="h-9 w-3/5 rounded-bubble rounded-bl-tag bg-bubble-in" />
          <span className="h-14 w-2/3 self-end rounded-bubble rounded-br-tag bg-active" />
          <span className="h-9 w-1/2 rounded-bubble rounded-bl-tag bg-bubble-in" />
          <span className="mt-6 h-10 rounded-card border border-line" />
        </div>
      </div>
    </figure>
  );
}
