"use client";

import Circle from "lucide-react/icons/circle";
import Hand from "lucide-react/icons/hand";
import Inbox from "lucide-react/icons/inbox";
import Keyboard from "lucide-react/icons/keyboard";
import Languages from "lucide-react/icons/languages";
import LogOut from "lucide-react/icons/log-out";
import SunMoon from "lucide-react/icons/sun-moon";
import Users from "lucide-react/icons/users";
import Volume2 from "lucide-react/icons/volume-2";
import { useRouter } from "next/navigation";
import { localeNames, locales } from "#components/i18n/locales.ts";
import { useLocale, useTranslations } from "#components/i18n/use-translations.ts";
import { themes } from "#components/theme/theme.ts";
import { useTheme } from "#components/theme/use-theme.ts";
import { availability, conversationFilter } from "#protocol/objects.ts";
import { chooseLocale } from "./choose-locale.ts";
import type { Entry } from "./palette.tsx";
import { useAvailability } from "./use-availability.ts";
import { usePanel } from "./use-panel.ts";
import { useSetting, useSettingsStore } from "./use-settings.tsx";
import { useSignOut } from "./use-sign-out.ts";
import { useTakeNext } from "./use-walk.ts";
import { useView } from "./view.tsx";

/** What the palette can do besides opening conversations. */
export function useConsoleCommands(): Entry[] {
  const t = useTranslations("console");
  const common = useTranslations("common");
  const router = useRouter();
  const locale = useLocale();
  const { setFilter, setSheet } = useView();
  const { setTheme, theme } = useTheme();
  const [status, setStatus] = useAvailability();
  const panel = usePanel();
  const store = useSettingsStore();
  const muted = useSetting((settings) => settings.muted);
  const takeNext = useTakeNext();
  const signOut = useSignOut();
  return [
    { id: "next", label: t("keys.nextWaiting"), icon: <Hand size={16} />, keys: "Q", run: () => void takeNext() },
    ...conversationFilter.options.map((filter) => ({
      id: `filter:${filter}`,
      label: t("palette.goFilter", { list: t(`list.filters.${filter}`) }),
      icon: <Inbox size={16} />,
      run: () => setFilter(filter),
    })),
    { id: "online", label: t("rail.online"), icon: <Users size={16} />, run: () => panel.show("online") },
    ...availability.options
      .filter((value) => value !== status)
      .map((value) => ({
        id: `status:${value}`,
        label: t("palette.status", { status: common(`status.${value}`) }),
        icon: <Circle size={16} />,
        run: () => setStatus(value),
      })),
    { id: "mute", label: muted ? t("palette.unmute") : t("palette.mute"), icon: <Volume2 size={16} />, run: () => store.setState({ muted: !muted }) },
    ...themes
      .filter((value) => value !== theme)
      .map((value) => ({ id: `theme:${value}`, label: t("palette.theme", { theme: common(`themes.${value}`) }), icon: <SunMoon size={16} />, run: () => setTheme(value) })),
    ...locales
      .filter((value) => value !== locale)
      .map((value) => ({
        id: `locale:${value}`,
        label: t("palette.language", { language: localeNames[value] }),
        icon: <Languages size={16} />,
        run: () => chooseLocale(value, () => router.refresh()),
      })),
    { id: "keys", label: t("keys.title"), icon: <Keyboard size={16} />, keys: "?", run: () => setSheet("keys") },
    { id: "signOut", label: t("rail.signOut"), icon: <LogOut size={16} />, run: () => void signOut() },
  ];
}
