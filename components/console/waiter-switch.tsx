"use client";

import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { Spinner } from "#components/ui/spinner.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { useIsWaiter } from "./use-availability.ts";
import { useCommand } from "./use-command.ts";

function useReceiving() {
  const isOn = useIsWaiter();
  const run = useCommand();
  const toast = useToast();
  const t = useTranslations("console.waiter");
  const [busy, setBusy] = useState(false);
  const toggle = async () => {
    setBusy(true);
    const done = await run(isOn ? "waiter:unregister" : "waiter:register", {});
    setBusy(false);
    if (done !== null) toast.show({ id: "waiter", tone: isOn ? "info" : "success", title: isOn ? t("stopped") : t("started") });
  };
  return { isOn, busy, toggle };
}

/** Starts and ends receiving customers; the word and the colour say which it is. */
export function WaiterSwitch() {
  const t = useTranslations("console.waiter");
  const ready = useChat((state) => state.ready);
  const { isOn, busy, toggle } = useReceiving();
  if (!ready) return null;
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-label={t("label")}
      aria-busy={busy || undefined}
      title={t("label")}
      onClick={() => void (busy ? undefined : toggle())}
      className={classNames(
        "hit-area inline-flex h-7 shrink-0 items-center gap-1.5 rounded-full border py-0.5 pr-2.5 pl-2 text-meta font-medium whitespace-nowrap transition-colors",
        isOn ? "border-transparent bg-success-bg text-success" : "border-line-strong text-fg2 hover:bg-hover",
      )}
    >
      {busy ? (
        <Spinner size={14} />
      ) : (
        <span aria-hidden className={classNames("size-2 rounded-full", isOn ? "bg-online" : "border-2 border-offline")} />
      )}
      {isOn ? t("on") : t("off")}
    </button>
  );
}

/** What it means not to receive, with the way out. */
export function WaiterHint() {
  const t = useTranslations("console.waiter");
  const ready = useChat((state) => state.ready);
  const { isOn, busy, toggle } = useReceiving();
  if (!ready || isOn) return null;
  return (
    <Banner
      tone="warning"
      action={
        <Button size="sm" variant="primary" busy={busy} onClick={() => void toggle()}>
          {t("start")}
        </Button>
      }
    >
      {t("hint")}
    </Banner>
  );
}
