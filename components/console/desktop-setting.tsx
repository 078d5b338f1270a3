"use client";

import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Button } from "#components/ui/button.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { useSetting, useSettingsStore } from "./use-settings.tsx";

/** Desktop notifications: asked for by a button alone, and what to do when the browser refuses. */
export function DesktopSetting() {
  const t = useTranslations("console.sound");
  const store = useSettingsStore();
  const desktop = useSetting((settings) => settings.desktop);
  const [permission, setPermission] = useState(() => (typeof Notification === "undefined" ? null : Notification.permission));
  const ask = async () => {
    setPermission(await Notification.requestPermission());
    store.setState({ desktop: true });
  };
  return (
    <div className="flex flex-col gap-2 border-t border-line pt-3">
      {permission === "granted" ? (
        <Switch label={t("desktop")} description={t("desktopOn")} checked={desktop} onChange={(next) => store.setState({ desktop: next })} />
      ) : (
        <>
          <p className="text-ui font-medium">{t("desktop")}</p>
          {permission === "default" && <Button onClick={() => void ask()}>{t("desktopAsk")}</Button>}
          {permission !== "default" && <p className="text-meta text-fg3">{permission === null ? t("desktopNone") : t("desktopDenied")}</p>}
        </>
      )}
    </div>
  );
}
