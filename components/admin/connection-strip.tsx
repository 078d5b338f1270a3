"use client";

import CloudOff from "lucide-react/icons/cloud-off";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient, useConnection } from "#components/realtime/hooks.ts";
import { Banner } from "#components/ui/banner.tsx";
import { buttonClass } from "#components/ui/button-class.ts";
import { Button } from "#components/ui/button.tsx";
import { Spinner } from "#components/ui/spinner.tsx";

/** Says when the numbers on the page are not live. */
export function ConnectionStrip() {
  const t = useTranslations("admin.connection");
  const client = useClient();
  const { status, visible, reason } = useConnection();
  if (status === "connected" || !visible) return null;
  if (status !== "ended") {
    return (
      <Banner tone="warning" role="status" icon={<Spinner className="mt-0.5" />}>
        {status === "offline" ? t("offline") : t("reconnecting")}
      </Banner>
    );
  }
  const again = reason === "disconnected" || reason === "slow_consumer";
  const back = () => window.location.assign(`/sign-in?expired&callbackUrl=${encodeURIComponent(location.pathname)}`);
  return (
    <Banner
      tone="danger"
      role="alert"
      icon={<CloudOff size={16} className="mt-0.5 shrink-0" />}
      action={
        again ? (
          <Button size="sm" className="-my-1" onClick={() => client.start()}>
            {t("again")}
          </Button>
        ) : (
          <button type="button" className={buttonClass("secondary", "sm")} onClick={back}>
            {t("signIn")}
          </button>
        )
      }
    >
      {again ? t("disconnected") : t("signedOut")}
    </Banner>
  );
}
