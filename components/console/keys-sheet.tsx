"use client";

import { useTranslations } from "#components/i18n/use-translations.ts";
import { Dialog } from "#components/ui/dialog.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { keyGroups, keyLabel, modKey } from "./keys.ts";
import { useSetting, useSettingsStore } from "./use-settings.tsx";
import { useView } from "./view.tsx";

/** All shortcuts, and the switch for those of a single key. */
export function KeysSheet() {
  const t = useTranslations("console.keys");
  const { sheet, setSheet } = useView();
  const store = useSettingsStore();
  const bareKeys = useSetting((settings) => settings.bareKeys);
  const sendKey = useSetting((settings) => settings.sendKey);
  const sending = sendKey === "enter" ? [["Enter"], ["Shift+Enter"]] : [[`${modKey()}+Enter`], ["Enter"]];
  return (
    <Dialog open={sheet === "keys"} onOpenChange={(open) => setSheet(open ? "keys" : null)} title={t("title")} size="lg">
      <div className="columns-1 gap-8 pb-5 sm:columns-2">
        {keyGroups.map(({ group, keys }) => (
          <section key={group} className="break-inside-avoid not-first:pt-5 sm:first-of-type:pt-0">
            <h3 className="mb-1 text-meta font-medium text-fg3">{t(`groups.${group}`)}</h3>
            <dl>
              {group === "write" && (
                <>
                  <Line name={t("send")} keys={sending[0] ?? []} />
                  <Line name={t("break")} keys={sending[1] ?? []} />
                </>
              )}
              {keys.map((one) => (
                <Line key={one.name} name={t(one.name)} keys={one.keys.map(keyLabel)} />
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="border-t border-line pt-4">
        <Switch label={t("bare")} description={t("bareHint")} checked={bareKeys} onChange={(next) => store.setState({ bareKeys: next })} />
      </div>
    </Dialog>
  );
}

function Line({ name, keys }: { name: string; keys: readonly string[] }) {
  return (
    <div className="flex min-h-8 items-center justify-between gap-4 text-ui">
      <dt>{name}</dt>
      <dd className="flex shrink-0 gap-2">
        {keys.map((one) => (
          <Kbd key={one} keys={one} />
        ))}
      </dd>
    </div>
  );
}
