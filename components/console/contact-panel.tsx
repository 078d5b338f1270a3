"use client";

import ExternalLink from "lucide-react/icons/external-link";
import UserRound from "lucide-react/icons/user-round";
import type { ReactNode } from "react";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Select } from "#components/ui/select.tsx";
import { StatusDot } from "#components/ui/status-dot.tsx";
import { priority, type Conversation, type Presence } from "#protocol/objects.ts";
import { bornAt } from "./born.ts";
import { CopyValue } from "./copy-value.tsx";
import { TagEditor } from "./tag-editor.tsx";
import { useCommand } from "./use-command.ts";
import { useOnlineFor } from "./use-online-for.ts";
import { useView } from "./view.tsx";

/** The customer of the open conversation, and what colleagues noted about it. */
export function ContactPanel() {
  const t = useTranslations("console.panel");
  const { selectedId } = useView();
  const row = useChat((state) => (selectedId === null ? undefined : state.conversations.get(selectedId)));
  if (row === undefined) {
    return <EmptyState icon={<UserRound />} title={t("contact")} className="pt-16!">{t("noContact")}</EmptyState>;
  }
  return <Contact key={row.id} row={row} />;
}

function Contact({ row }: { row: Conversation }) {
  const t = useTranslations("console.panel");
  const common = useTranslations("common.status");
  const times = useTimes();
  const { customer } = row;
  const here = useChat((state) => state.presence.users.get(customer.id));
  const born = bornAt(customer.id);
  return (
    <div className="flex flex-col pb-6">
      <div className="flex items-center gap-3 px-4 py-4">
        <Avatar id={customer.id} name={customer.name} src={customer.avatarUrl} size={56} />
        <div className="min-w-0">
          <h2 className="truncate text-pane font-semibold" title={customer.name}>
            {customer.name}
          </h2>
          <p className="mt-0.5 flex flex-wrap items-center gap-2 text-meta text-fg2">
            <span className="inline-flex items-center gap-1.5">
              <StatusDot status={here === undefined ? "offline" : "online"} />
              {common(here === undefined ? "offline" : "online")}
            </span>
            <Badge tone={customer.guest ? "neutral" : "accent"}>{customer.guest ? t("guest") : t("member")}</Badge>
          </p>
        </div>
      </div>
      <Section title={t("page")}>
        <Visit here={here} />
      </Section>
      <Settings row={row} />
      <Section title={t("tags")}>
        <TagEditor conversation={row} />
      </Section>
      <dl className="flex flex-col gap-2 border-t border-line px-4 pt-3 text-ui">
        {born !== null && <Fact name={t("since")}>{times.moment(born)}</Fact>}
        <Fact name={t("started")}>{times.moment(row.createdAt)}</Fact>
        <Fact name={t("customerId")}>
          <CopyValue value={customer.id} />
        </Fact>
        <Fact name={t("conversationId")}>
          <CopyValue value={row.id} />
        </Fact>
      </dl>
      <Previous row={row} />
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-t border-line px-4 py-3">
      <h3 className="mb-1.5 text-meta font-medium text-fg3">{title}</h3>
      {children}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-3">
      <dt className="shrink-0 text-fg3">{name}</dt>
      <dd className="min-w-0 truncate text-right text-fg2">{children}</dd>
    </div>
  );
}

function Visit({ here }: { here: Presence | undefined }) {
  const t = useTranslations("console.panel");
  const times = useTimes();
  const onlineFor = useOnlineFor();
  if (here === undefined) return <p className="text-ui text-fg3">{t("noPage")}</p>;
  return (
    <div className="flex flex-col gap-0.5 text-ui">
      {here.page === null ? <p className="text-fg3">{t("noPageInfo")}</p> : <PageLink page={here.page} />}
      <p className="text-meta text-fg3" title={times.moment(here.since)}>
        {onlineFor(here.since)}
        {here.sessions > 1 && ` · ${t("moreSessions", { count: here.sessions })}`}
      </p>
    </div>
  );
}

/* The address comes from the customer's browser: only the web's own schemes become a link. */
function PageLink({ page: { url, title } }: { page: { url: string; title: string } }) {
  const words = title === "" ? url : title;
  if (!/^https?:\/\//iu.test(url)) return <p className="break-words">{words}</p>;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener" title={url} className="flex items-start gap-1.5 rounded-tag text-accent-text hover:underline">
      <span className="line-clamp-2 min-w-0 break-words">{words}</span>
      <ExternalLink size={12} className="mt-1 shrink-0" />
    </a>
  );
}

function Settings({ row }: { row: Conversation }) {
  const t = useTranslations("console");
  const run = useCommand();
  return (
    <Section title={t("thread.priority")}>
      <Select
        label={t("thread.priority")}
        hideLabel
        value={row.priority}
        onChange={(next) => void run("conversation:update", { conversationId: row.id, priority: next })}
        options={priority.options.map((value) => ({ value, label: t(`priorities.${value}`) }))}
      />
    </Section>
  );
}

/* Those that the lists have loaded; the newest first. */
function Previous({ row }: { row: Conversation }) {
  const t = useTranslations("console.panel");
  const times = useTimes();
  const { select } = useView();
  const conversations = useChat((state) => state.conversations);
  const others = [...conversations.values()]
    .filter((one) => one.customer.id === row.customer.id && one.id !== row.id)
    .sort((one, two) => two.createdAt.localeCompare(one.createdAt));
  if (others.length === 0) return null;
  return (
    <div className="mt-3">
      <Section title={`${t("previous")} · ${t("previousCount", { count: others.length })}`}>
        <ul className="-mx-2 flex flex-col">
          {others.slice(0, 10).map((one) => (
            <li key={one.id}>
              <button type="button" className="flex h-8 w-full items-center justify-between gap-2 rounded-control px-2 text-ui text-fg2 hover:bg-hover" onClick={() => select(one.id)}>
                <span className="truncate">{one.lastMessage?.text ?? ""}</span>
                <time className="shrink-0 text-meta text-fg3 tabular-nums">{times.when(one.createdAt)}</time>
              </button>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
