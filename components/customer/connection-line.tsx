"use client";

import CloudOff from "lucide-react/icons/cloud-off";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat, useClient, useConnection } from "#components/realtime/hooks.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Spinner } from "#components/ui/spinner.tsx";

/** Says that the line is down, once it lasts, and that nothing is lost by it. */
export function ConnectionLine() {
  const t = useTranslations("customer.connection");
  const client = useClient();
  const { status, visible } = useConnection();
  const isDurable = useChat((state) => state.outboxDurable);
  if (status === "connected" || !visible) return null;
  const isEnded = status === "ended";
  const isTrying = status === "connecting" || status === "reconnecting";
  return (
    <div data-connection={status} className="animate-appear border-b border-line">
      <Banner
        tone="warning"
        role="status"
        icon={isTrying ? <Spinner className="mt-0.5" /> : <CloudOff size={16} className="mt-0.5 shrink-0" />}
        action={
          <Button size="sm" variant="ghost" className="-my-1 text-current!" onClick={isEnded ? client.start : client.retryNow}>
            {isEnded ? t("again") : t("retry")}
          </Button>
        }
      >
        <span className="font-medium">{t(status)}</span> {!isEnded && (isDurable ? t("kept") : t("notKept"))}
      </Banner>
    </div>
  );
}
