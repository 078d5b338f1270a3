"use client";

import ChevronsUpDown from "lucide-react/icons/chevrons-up-down";
import LogOut from "lucide-react/icons/log-out";
import MessageSquare from "lucide-react/icons/message-square";
import { signOut } from "next-auth/react";
import { useRouter } from "next/navigation";
import { writeCookie } from "#components/i18n/cookie.ts";
import { localeCookie, localeNames, locales } from "#components/i18n/locales.ts";
import { useLocale, useTranslations } from "#components/i18n/use-translations.ts";
import { useClient } from "#components/realtime/hooks.ts";
import { themes } from "#components/theme/theme.ts";
import { useTheme } from "#components/theme/use-theme.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { Menu, MenuChoices, MenuItem, MenuLink, MenuSeparator } from "#components/ui/menu.tsx";
import { useAdmin } from "./admin-context.tsx";

/** Me; behind it appearance, language, the console and the way out. `compact`: the avatar alone. */
export function AccountMenu({ compact = false }: { compact?: boolean }) {
  const t = useTranslations("admin.account");
  const common = useTranslations("common");
  const { me } = useAdmin();
  const client = useClient();
  const router = useRouter();
  const locale = useLocale();
  const { theme, setTheme } = useTheme();

  async function leave(): Promise<void> {
    client.stop();
    await signOut({ redirect: false });
    window.location.assign("/sign-in?signedOut");
  }

  return (
    <Menu
      side={compact ? "bottom" : "top"}
      align={compact ? "end" : "start"}
      trigger={
        compact ? (
          <button type="button" aria-label={t("label", { name: me.name })} className="hit-area grid size-9 place-items-center rounded-full">
            <Avatar id={me.id} name={me.name} src={me.avatarUrl} size={28} />
          </button>
        ) : (
          <button
            type="button"
            aria-label={t("label", { name: me.name })}
            className="flex w-full items-center gap-2.5 rounded-control px-2 py-1.5 text-left transition-colors hover:bg-hover"
          >
            <Avatar id={me.id} name={me.name} src={me.avatarUrl} size={28} />
            <span className="min-w-0 flex-1 truncate text-ui font-medium">{me.name}</span>
            <ChevronsUpDown size={14} className="text-fg3" />
          </button>
        )
      }
    >
      <MenuChoices label={t("appearance")} value={theme} onChange={setTheme} options={themes.map((value) => ({ value, label: common(`themes.${value}`) }))} />
      <MenuSeparator />
      <MenuChoices
        label={t("language")}
        value={locale}
        onChange={(next) => {
          writeCookie(localeCookie, next);
          router.refresh();
        }}
        options={locales.map((value) => ({ value, label: localeNames[value] }))}
      />
      <MenuSeparator />
      <MenuLink href="/console" icon={<MessageSquare size={16} />}>
        {t("console")}
      </MenuLink>
      <MenuItem icon={<LogOut size={16} />} onSelect={() => void leave()}>
        {t("signOut")}
      </MenuItem>
    </Menu>
  );
}
