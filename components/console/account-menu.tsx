"use client";

import LogOut from "lucide-react/icons/log-out";
import Settings from "lucide-react/icons/settings";
import { useRouter } from "next/navigation";
import { localeNames, locales } from "#components/i18n/locales.ts";
import { useLocale, useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { themes } from "#components/theme/theme.ts";
import { useTheme } from "#components/theme/use-theme.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { Menu, MenuChoices, MenuItem, MenuLink, MenuSeparator } from "#components/ui/menu.tsx";
import { StatusDot } from "#components/ui/status-dot.tsx";
import { availability } from "#protocol/objects.ts";
import { useMe } from "./me.tsx";
import { useAvailability } from "./use-availability.ts";
import { chooseLocale } from "./choose-locale.ts";
import { useSignOut } from "./use-sign-out.ts";

/** My avatar with my status; behind it status, appearance, language and the way out. */
export function AccountMenu() {
  const t = useTranslations("console.rail");
  const common = useTranslations("common");
  const me = useMe();
  const router = useRouter();
  const locale = useLocale();
  const { theme, setTheme } = useTheme();
  const [status, setStatus] = useAvailability();
  const isLive = useChat((state) => state.connection.status === "connected");
  const signOut = useSignOut();
  const shown = isLive ? status : "offline";
  return (
    <Menu
      side="right"
      align="end"
      trigger={
        <button type="button" aria-label={t("account", { name: me.name, status: common(`status.${shown}`) })} className="hit-area grid size-10 place-items-center rounded-full transition-opacity hover:opacity-85">
          <Avatar id={me.id} name={me.name} src={me.avatarUrl} size={32} status={<StatusDot status={shown} size={10} />} />
        </button>
      }
    >
      <p className="flex max-w-64 items-center gap-2 px-2 py-1.5 text-ui font-medium">
        <span className="truncate">{me.name}</span>
      </p>
      <MenuSeparator />
      <MenuChoices
        label={t("myStatus")}
        value={status}
        onChange={setStatus}
        options={availability.options.map((value) => ({ value, label: common(`status.${value}`), icon: <StatusDot status={value} size={10} /> }))}
      />
      <MenuSeparator />
      <MenuChoices label={t("appearance")} value={theme} onChange={setTheme} options={themes.map((value) => ({ value, label: common(`themes.${value}`) }))} />
      <MenuSeparator />
      <MenuChoices
        label={t("language")}
        value={locale}
        onChange={(next) => chooseLocale(next, () => router.refresh())}
        options={locales.map((value) => ({ value, label: localeNames[value] }))}
      />
      <MenuSeparator />
      {me.role === "admin" && (
        <MenuLink href="/admin" icon={<Settings size={16} />}>
          {t("admin")}
        </MenuLink>
      )}
      <MenuItem icon={<LogOut size={16} />} onSelect={() => void signOut()}>
        {t("signOut")}
      </MenuItem>
    </Menu>
  );
}
