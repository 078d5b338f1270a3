"use client";

import CloudOff from "lucide-react/icons/cloud-off";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat, useClient, useConnection } from "#components/realtime/hooks.ts";
import type { Connection } from "#components/realtime/state.ts";
import { Banner } from "#components/ui/banner.tsx";
import { buttonClass } from "#components/ui/button-class.ts";
import { Button } from "#components/ui/button.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { useIsOlderThan } from "./use-is-older-than.ts";

/** From here on trouble is no hiccup: whoever answers customers must not overlook it. */
const seriousMs = 5_000;

/** Says when messages do not come in: amber at first, red when it lasts, and why it ended for good. */
export function ConnectionBar() {
  const connection = useConnection();
  const isTrouble = connection.status !== "connected";
  const isSerious = useIsOlderThan(isTrouble, seriousMs);
  if (!isTrouble || (!connection.visible && !isSerious)) return null;
  if (connection.status === "ended") return <EndedBar reason={connection.reason} />;
  return <TroubleBar status={connection.status} isSerious={isSerious || connection.status === "offline"} />;
}

function TroubleBar({ status, isSerious }: { status: Connection["status"]; isSerious: boolean }) {
  const t = useTranslations("console.connection");
  const client = useClient();
  const isDurable = useChat((state) => state.outboxDurable);
  const title = status === "offline" ? t("offline") : isSerious ? t("lost") : status === "connecting" ? t("connecting") : t("reconnecting");
  return (
    <div data-connection={isSerious ? "lost" : "trouble"}>
      <Banner
        tone={isSerious ? "danger" : "warning"}
        role={isSerious ? "alert" : "status"}
        icon={isSerious ? <CloudOff size={16} className="mt-0.5 shrink-0" /> : <Spinner className="mt-0.5" />}
        action={
          <Button size="sm" className="-my-1" onClick={() => client.retryNow()}>
            {t("retry")}
          </Button>
        }
      >
        <span className="font-semibold">{title}</span> <span>{isDurable ? t("kept") : t("notKept")}</span>
      </Banner>
    </div>
  );
}

function EndedBar({ reason }: { reason: Connection["reason"] }) {
  const t = useTranslations("console.connection");
  const client = useClient();
  const known = reason === "revoked" || reason === "unauthenticated" || reason === "disconnected" || reason === "forbidden";
  const mustSignIn = reason === "revoked" || reason === "unauthenticated" || reason === "forbidden";
  const back = () => `/sign-in?expired&callbackUrl=${encodeURIComponent(location.pathname + location.search)}`;
  return (
    <div data-connection="ended">
      <Banner
        tone="danger"
        role="alert"
        icon={<CloudOff size={16} className="mt-0.5 shrink-0" />}
        action={
          mustSignIn ? (
            <a href={back()} className={buttonClass("secondary", "sm")}>
              {t("signIn")}
            </a>
          ) : (
            <Button size="sm" className="-my-1" onClick={() => client.start()}>
              {t("again")}
            </Button>
          )
        }
      >
        <span className="font-semibold">{t("ended.title")}</span> <span>{t(`ended.${known ? reason : "other"}`)}</span>
      </Banner>
    </div>
  );
}
