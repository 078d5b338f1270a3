"use client";

import ChevronRight from "lucide-react/icons/chevron-right";
import Users from "lucide-react/icons/users";
import { useMemo, type ReactNode } from "react";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { StatusDot } from "#components/ui/status-dot.tsx";
import type { Conversation, Presence } from "#protocol/objects.ts";
import { useOnlineFor } from "./use-online-for.ts";
import { useView } from "./view.tsx";

/** Everyone who is connected now: agents and customers, with what they look at; live. */
export function OnlinePanel() {
  const t = useTranslations("console.panel");
  const users = useChat((state) => state.presence.users);
  const counts = useChat((state) => state.presence.counts);
  const { staff, customers } = useMemo(() => split(users), [users]);
  return (
    <div className="flex flex-col pb-6">
      <Group title={t("agentsOnline", { count: counts.agents })}>
        {staff.map((user) => (
          <StaffRow key={user.userId} user={user} />
        ))}
      </Group>
      <Group title={t("customersOnline", { count: counts.customers })}>
        {customers.map((user) => (
          <CustomerRow key={user.userId} user={user} />
        ))}
        {customers.length === 0 && (
          <li className="flex items-center gap-2 px-4 py-3 text-ui text-fg3">
            <Users size={16} aria-hidden /> {t("customersOnline", { count: 0 })}
          </li>
        )}
      </Group>
      <p className="px-4 pt-2 text-meta text-fg3">
        {t("sessions", { count: counts.sessions })}
        {customers.length < counts.customers && ` · ${t("notAll", { shown: customers.length })}`}
      </p>
    </div>
  );
}

function split(users: ReadonlyMap<string, Presence>) {
  const all = [...users.values()].sort((one, two) => two.since.localeCompare(one.since));
  return { staff: all.filter(({ role }) => role !== "customer"), customers: all.filter(({ role }) => role === "customer") };
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="border-b border-line pb-2">
      <h2 className="px-4 pt-3 pb-1.5 text-meta font-medium text-fg3 tabular-nums">{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

function StaffRow({ user }: { user: Presence }) {
  const t = useTranslations("console.panel");
  const common = useTranslations("common.status");
  const times = useTimes();
  const onlineFor = useOnlineFor();
  const isMe = useChat((state) => state.me?.id === user.userId);
  const isWaiter = useChat((state) => state.waiters.some((waiter) => waiter.userId === user.userId));
  const viewed = useChat((state) => (user.viewing === null ? undefined : state.conversations.get(user.viewing)));
  return (
    <li className="flex items-center gap-3 px-4 py-2" data-online={user.userId}>
      <Avatar id={user.userId} name={user.name} size={32} status={<StatusDot status={user.status} size={10} label={common(user.status)} />} />
      <div className="min-w-0 flex-1 text-ui">
        <p className="flex items-center gap-1.5">
          <span className="truncate font-medium">{user.name}</span>
          {isMe && <span className="shrink-0 text-meta text-fg3">{t("you")}</span>}
          {user.role === "admin" && <Badge>{t("admin")}</Badge>}
        </p>
        <p className="truncate text-meta text-fg3" title={times.moment(user.since)}>
          {viewed !== undefined && !isMe ? t("viewing", { name: viewed.customer.name }) : onlineFor(user.since)}
        </p>
      </div>
      {isWaiter && <Badge tone="success">{t("receiving")}</Badge>}
    </li>
  );
}

function CustomerRow({ user }: { user: Presence }) {
  const t = useTranslations("console.panel");
  const common = useTranslations("common.status");
  const times = useTimes();
  const { select, setOverlay } = useView();
  const newest = useChat((state) => newestOf(state.conversations, user.userId));
  const open = () => {
    if (newest === undefined) return;
    select(newest.id);
    setOverlay(false);
  };
  const content = (
    <>
      <Avatar id={user.userId} name={user.name} size={32} status={<StatusDot status={user.status} size={10} label={common(user.status)} />} />
      <span className="min-w-0 flex-1 text-ui">
        <span className="flex items-baseline gap-2">
          <span className="truncate font-medium">{user.name}</span>
          <span className="ml-auto shrink-0 text-meta text-fg3 tabular-nums" title={times.moment(user.since)}>
            {times.when(user.since)}
          </span>
        </span>
        <span className="block truncate text-meta text-fg3" title={user.page?.url}>
          {user.page === null ? t("noPageInfo") : user.page.title || user.page.url}
        </span>
      </span>
    </>
  );
  const look = "flex w-full items-center gap-3 px-4 py-2 text-left";
  return (
    <li data-online={user.userId}>
      {newest === undefined ? (
        <div className={look}>{content}</div>
      ) : (
        <button type="button" title={t("openConversation", { name: user.name })} onClick={open} className={`${look} -outline-offset-2! transition-colors hover:bg-hover`}>
          {content}
          <ChevronRight size={14} className="shrink-0 text-fg3" aria-hidden />
        </button>
      )}
    </li>
  );
}

function newestOf(conversations: ReadonlyMap<string, Conversation>, customerId: string): Conversation | undefined {
  let newest: Conversation | undefined;
  for (const row of conversations.values()) {
    if (row.customer.id === customerId && (newest === undefined || row.createdAt > newest.createdAt)) newest = row;
  }
  return newest;
}
