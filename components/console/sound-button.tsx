"use client";

import Play from "lucide-react/icons/play";
import Volume2 from "lucide-react/icons/volume-2";
import VolumeOff from "lucide-react/icons/volume-off";
import VolumeX from "lucide-react/icons/volume-x";
import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Popover } from "#components/ui/popover.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { DesktopSetting } from "./desktop-setting.tsx";
import type { Tone } from "#components/chat/tones.ts";
import { useSetting, useSettingsStore } from "./use-settings.tsx";
import { useIsArmed, useSound } from "#components/chat/use-sound.tsx";

const rings: readonly Tone[] = ["message", "unclaimed", "urge", "reminder", "lost"];

/** Sounds and notifications: red while the browser blocks them. */
export function SoundButton({ side }: { side: "right" | "bottom" }) {
  const t = useTranslations("console.sound");
  const isArmed = useIsArmed();
  const muted = useSetting((settings) => settings.muted);
  const label = !isArmed ? t("blocked") : muted ? t("muted") : t("on");
  const Icon = !isArmed ? VolumeX : muted ? VolumeOff : Volume2;
  return (
    <Popover
      side={side}
      align="end"
      title={t("title")}
      className="w-80"
      trigger={
        <IconButton label={label} size={side === "right" ? "lg" : "md"} data-sound={isArmed ? "armed" : "blocked"} className={isArmed ? undefined : "relative text-danger! after:absolute"}>
          <Icon size={side === "right" ? 20 : 16} />
        </IconButton>
      }
    >
      <SoundSettings />
    </Popover>
  );
}

function SoundSettings() {
  const t = useTranslations("console.sound");
  const sound = useSound();
  const isArmed = useIsArmed();
  const store = useSettingsStore();
  const muted = useSetting((settings) => settings.muted);
  const volume = useSetting((settings) => settings.volume);
  const [tested, setTested] = useState(false);
  const listen = async (ring: Tone) => {
    if (await sound.arm()) sound.play(ring, volume === 0 ? 0.5 : volume);
    setTested(true);
  };
  return (
    <div className="flex flex-col gap-3">
      {!isArmed && <Banner tone="danger" rounded>{t("blockedBody")}</Banner>}
      <Button variant={isArmed ? "secondary" : "primary"} icon={<Play size={14} />} onClick={() => void listen("unclaimed")}>
        {t("test")}
      </Button>
      <p aria-live="polite" className="text-meta text-fg3 empty:hidden">
        {tested && isArmed && t("tested")}
      </p>
      <label className="flex items-center gap-3 text-ui">
        <span className="font-medium">{t("volume")}</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={volume}
          onChange={(event) => store.setState({ volume: Number(event.target.value) })}
          className="min-w-0 flex-1 accent-accent"
        />
      </label>
      <Switch label={t("mute")} checked={muted} onChange={(next) => store.setState({ muted: next })} />
      <ul className="flex flex-col border-t border-line pt-2">
        {rings.map((ring) => (
          <li key={ring} className="flex h-8 items-center justify-between gap-2 text-ui text-fg2">
            {t(`kinds.${ring}`)}
            <IconButton label={`${t("listen")}: ${t(`kinds.${ring}`)}`} size="sm" onClick={() => void listen(ring)}>
              <Play size={14} />
            </IconButton>
          </li>
        ))}
      </ul>
      <DesktopSetting />
    </div>
  );
}
