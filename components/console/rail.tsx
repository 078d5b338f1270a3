"use client";

import Inbox from "lucide-react/icons/inbox";
import Keyboard from "lucide-react/icons/keyboard";
import Search from "lucide-react/icons/search";
import Settings from "lucide-react/icons/settings";
import Users from "lucide-react/icons/users";
import type { ReactNode } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { CountBadge } from "#components/ui/badge.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { Logo } from "#components/ui/logo.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { useMe } from "./me.tsx";
import { SoundButton } from "./sound-button.tsx";
import { countWaiting } from "./title-badge.tsx";
import { usePanel } from "./use-panel.ts";
import { useView } from "./view.tsx";

/** The narrow edge at the left: where one is, where one can go, and oneself. */
export function Rail() {
  const t = useTranslations("console.rail");
  const row = useTranslations("console.row");
  const me = useMe();
  const { setSheet } = useView();
  const panel = usePanel();
  const waiting = useChat(countWaiting);
  const online = useChat((state) => state.presence.counts.customers);
  return (
    <nav aria-label={t("label")} className="flex w-14 shrink-0 flex-col items-center gap-1 border-r border-line bg-canvas py-3 max-md:hidden">
      <span className="mb-2 grid size-10 place-items-center">
        <Logo />
      </span>
      <RailLink href="/console" label={t("inbox")} current badge={<CountBadge count={waiting} label={row("unread", { count: waiting })} />}>
        <Inbox size={20} />
      </RailLink>
      <RailButton
        label={t("online")}
        pressed={panel.isOpen && panel.tab === "online"}
        onPress={() => panel.toggle("online")}
        badge={online > 0 ? <span className="rounded-full bg-surface px-1 text-micro leading-4 font-medium text-fg2 tabular-nums shadow-e1">{online > 99 ? "99+" : online}</span> : null}
      >
        <Users size={20} />
      </RailButton>
      <RailButton label={t("search")} shortcut="Ctrl+K" onPress={() => setSheet("palette")}>
        <Search size={20} />
      </RailButton>
      {me.role === "admin" && (
        <RailLink href="/admin" label={t("admin")}>
          <Settings size={20} />
        </RailLink>
      )}
      <span className="flex-1" />
      <RailButton label={t("keys")} shortcut="?" onPress={() => setSheet("keys")}>
        <Keyboard size={20} />
      </RailButton>
      <SoundButton side="right" />
      <AccountMenu />
    </nav>
  );
}

const look = "hit-area relative grid size-10 place-items-center rounded-control transition-colors";

function Corner({ children }: { children: ReactNode }) {
  return <span className="pointer-events-none absolute -top-0.5 -right-0.5 flex">{children}</span>;
}

type LinkProps = { href: string; label: string; current?: boolean; badge?: ReactNode; children: ReactNode };

function RailLink({ href, label, current = false, badge, children }: LinkProps) {
  return (
    <Tooltip text={label} side="right">
      <a
        href={href}
        aria-label={label}
        aria-current={current ? "page" : undefined}
        className={classNames(look, current ? "bg-active text-accent-text" : "text-fg2 hover:bg-hover hover:text-fg")}
        onClick={(event) => {
          if (current) event.preventDefault();
        }}
      >
        {children}
        <Corner>{badge}</Corner>
      </a>
    </Tooltip>
  );
}

type ButtonProps = { label: string; shortcut?: string; pressed?: boolean; badge?: ReactNode; onPress: () => void; children: ReactNode };

function RailButton({ label, shortcut, pressed, badge, onPress, children }: ButtonProps) {
  return (
    <Tooltip text={label} side="right" {...(shortcut === undefined ? {} : { shortcut })}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        onClick={onPress}
        className={classNames(look, "text-fg2 hover:bg-hover hover:text-fg aria-pressed:bg-hover aria-pressed:text-fg")}
      >
        {children}
        <Corner>{badge}</Corner>
      </button>
    </Tooltip>
  );
}
