"use client";

import { useQuery } from "@tanstack/react-query";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { Banner } from "#components/ui/banner.tsx";
import { StatusDot } from "#components/ui/status-dot.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import type { StaffUser } from "#protocol/http.ts";
import { waiter } from "#protocol/objects.ts";
import { useAdmin } from "./admin-context.tsx";
import { listOf, nothing } from "./api.ts";
import { Card } from "./card.tsx";
import { LoadError } from "./load-error.tsx";
import { PageHeader } from "./page-header.tsx";
import { staffQuery } from "./queries.ts";
import { useAction } from "./use-action.ts";
import { useIsOnline } from "./use-online.ts";

/** Who receives the customers' messages. */
export function WaitersScreen() {
  const t = useTranslations("admin.waiters");
  const { api } = useAdmin();
  const { data, error, refetch, isFetching, isPending } = useQuery(staffQuery(api));
  const columns: readonly Column<StaffUser>[] = [
    { key: "name", header: t("columns.name"), className: "max-w-0 w-full", cell: (account) => <NameCell account={account} /> },
    { key: "presence", header: t("columns.presence"), className: "max-md:hidden", cell: ({ id }) => <Presence userId={id} /> },
    { key: "since", header: t("columns.since"), className: "max-md:hidden whitespace-nowrap", cell: ({ id }) => <Since userId={id} /> },
    { key: "receives", header: t("columns.receives"), align: "right", className: "whitespace-nowrap", cell: (account) => <ReceivesSwitch account={account} /> },
  ];
  return (
    <>
      <PageHeader title={t("title")} description={t("about")} />
      <Summary />
      <Card>
        {error !== null && data === undefined ? (
          <LoadError error={error} onRetry={() => void refetch()} busy={isFetching} />
        ) : (
          <Table caption={t("title")} columns={columns} rows={data?.filter(({ disabled }) => !disabled) ?? []} rowKey={({ id }) => id} loading={isPending} />
        )}
      </Card>
    </>
  );
}

/** Whether customers are looked after at all. */
function Summary() {
  const t = useTranslations("admin.waiters");
  const ready = useChat((state) => state.ready && state.presence.watching);
  const registered = useChat((state) => state.waiters.length);
  const online = useChat((state) => state.waiters.filter(({ userId }) => (state.presence.users.get(userId)?.sessions ?? 0) > 0).length);
  if (!ready) return <div className="mb-4 h-9" />;
  const tone = online > 0 ? "success" : "warning";
  return (
    <div className="mb-4">
      <Banner tone={tone} rounded role="status">
        {registered === 0 ? t("nobody") : online === 0 ? t("nobodyOnline", { count: registered }) : t("summary", { count: registered, online })}
      </Banner>
    </div>
  );
}

function NameCell({ account: { id, name, avatarUrl, role } }: { account: StaffUser }) {
  const t = useTranslations("admin");
  const { me } = useAdmin();
  return (
    <div className="flex items-center gap-3 py-1.5">
      <Avatar id={id} name={name} src={avatarUrl} size={32} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">
          {name}
          {id === me.id && <span className="ml-1 font-normal text-fg3">{t("staff.you")}</span>}
        </p>
        <p className="flex flex-wrap items-center gap-x-2 text-meta text-fg3">
          {t(`roles.${role}`)}
          <span className="md:hidden">
            <Presence userId={id} />
          </span>
        </p>
      </div>
    </div>
  );
}

function Presence({ userId }: { userId: string }) {
  const t = useTranslations("common.status");
  const status = useChat((state) => state.presence.users.get(userId)?.status ?? "offline");
  const shown = useIsOnline(userId) ? status : "offline";
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-fg2">
      <StatusDot status={shown} />
      {t(shown)}
    </span>
  );
}

function useRegistration(userId: string) {
  return useChat((state) => state.waiters.find((one) => one.userId === userId));
}

function Since({ userId }: { userId: string }) {
  const { when, moment } = useTimes();
  const registration = useRegistration(userId);
  if (registration === undefined) return <span className="text-fg3">–</span>;
  return (
    <time dateTime={registration.since} title={moment(registration.since)} className="text-fg2 tabular-nums">
      {when(registration.since)}
    </time>
  );
}

const waiters = listOf(waiter);

function ReceivesSwitch({ account: { id, name } }: { account: StaffUser }) {
  const t = useTranslations("admin.waiters");
  const { api } = useAdmin();
  const { run, busy } = useAction();
  const ready = useChat((state) => state.ready);
  const isOn = useRegistration(id) !== undefined;
  const change = (on: boolean) =>
    void run(() => (on ? api({ method: "PUT", path: `waiters/${id}`, answer: waiters }) : api({ method: "DELETE", path: `waiters/${id}`, answer: nothing })));
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden className={isOn ? "text-success max-sm:hidden" : "text-fg3 max-sm:hidden"}>
        {ready && (isOn ? t("on") : t("off"))}
      </span>
      <Switch label={t("switch", { name })} hideLabel checked={isOn} onChange={change} disabled={!ready || busy} />
    </span>
  );
}
