"use client";

import { useQueryClient } from "@tanstack/react-query";
import Unplug from "lucide-react/icons/unplug";
import { useNow, useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { useConfirm } from "#components/ui/confirm-dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import type { Column } from "#components/ui/table.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { SessionRow } from "#protocol/http.ts";
import { useAdmin } from "./admin-context.tsx";
import { nothing } from "./api.ts";
import { sessionsKey } from "./queries.ts";
import { useAction } from "./use-action.ts";

export function useSessionColumns(): readonly Column<SessionRow>[] {
  const t = useTranslations("admin.sessions");
  return [
    { key: "who", header: t("columns.who"), className: "min-w-44", cell: (row) => <WhoCell row={row} /> },
    { key: "page", header: t("columns.page"), className: "max-md:hidden max-w-0 w-full", cell: ({ page }) => <PageCell page={page} /> },
    {
      key: "gateway",
      header: t("columns.gateway"),
      className: "max-lg:hidden whitespace-nowrap",
      cell: ({ gateway }) => <span className="text-fg2">{gateway === "socketio" ? "Socket.IO" : gateway}</span>,
    },
    { key: "since", header: t("columns.since"), className: "max-md:hidden whitespace-nowrap", cell: ({ connectedAt }) => <Since at={connectedAt} /> },
    {
      key: "node",
      header: t("columns.node"),
      className: "max-lg:hidden",
      cell: ({ node }) => (
        <span title={node} className="font-mono text-meta text-fg3">
          {node.slice(-6)}
        </span>
      ),
    },
    { key: "actions", header: t("columns.actions"), hideHeader: true, align: "right", className: "w-12 pl-0!", cell: (row) => <DisconnectButton row={row} /> },
  ];
}

function WhoCell({ row: { id, user, page, connectedAt } }: { row: SessionRow }) {
  const t = useTranslations("admin");
  const own = useChat((state) => state.sessionId);
  return (
    <div className="flex items-center gap-2.5 py-1.5">
      <Avatar id={user.id} name={user.name} src={user.avatarUrl} size={28} />
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium">{user.name}</span>
          <Badge tone={user.role === "admin" ? "accent" : "neutral"}>{user.guest ? t("roles.guest") : t(`roles.${user.role}`)}</Badge>
        </p>
        {own === id && <p className="text-meta text-fg3">{t("sessions.own")}</p>}
        <p className="text-meta text-fg3 md:hidden">
          <Since at={connectedAt} />
          {page !== null && <span className="block break-all">{page.title || page.url}</span>}
        </p>
      </div>
    </div>
  );
}

function PageCell({ page }: { page: SessionRow["page"] }) {
  if (page === null) return <span className="text-fg3">–</span>;
  return (
    <span title={page.url} className="block truncate text-fg2">
      {page.title || page.url}
    </span>
  );
}

function Since({ at }: { at: string }) {
  const { relative, moment } = useTimes();
  const now = useNow(30_000);
  return (
    <time dateTime={at} title={moment(at)} className="text-fg2 tabular-nums">
      {now === null ? "" : relative(at, Math.max(now, Date.parse(at)))}
    </time>
  );
}

function DisconnectButton({ row: { id, user } }: { row: SessionRow }) {
  const t = useTranslations("admin.sessions");
  const { api } = useAdmin();
  const queries = useQueryClient();
  const confirm = useConfirm();
  const toast = useToast();
  const { run, busy } = useAction();
  const disconnect = async () => {
    if (!(await confirm({ title: t("disconnectTitle", { name: user.name }), body: t("disconnectBody"), action: t("disconnect") }))) return;
    const done = await run(
      () => api({ method: "DELETE", path: `sessions/${id}`, answer: nothing }),
      ({ code }) => (code === "not_found" ? t("goneAlready") : undefined),
    );
    void queries.invalidateQueries({ queryKey: sessionsKey });
    if (done !== null) toast.show({ tone: "success", title: t("disconnected", { name: user.name }) });
  };
  return (
    <IconButton label={t("disconnectOf", { name: user.name })} size="sm" variant="danger-ghost" aria-busy={busy || undefined} onClick={() => void disconnect()}>
      <Unplug size={16} />
    </IconButton>
  );
}
