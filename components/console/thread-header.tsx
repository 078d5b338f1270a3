"use client";

import AlarmClock from "lucide-react/icons/alarm-clock";
import ArrowLeft from "lucide-react/icons/arrow-left";
import Check from "lucide-react/icons/check";
import Hand from "lucide-react/icons/hand";
import PanelRight from "lucide-react/icons/panel-right";
import RotateCcw from "lucide-react/icons/rotate-ccw";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { Button } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { StatusDot } from "#components/ui/status-dot.tsx";
import type { Conversation } from "#protocol/objects.ts";
import { MoreMenu, SnoozeMenu } from "./thread-menus.tsx";
import { TransferMenu } from "./transfer-menu.tsx";
import { isClaimable, type Actions } from "./use-actions.ts";
import { usePanel } from "./use-panel.ts";
import { useView } from "./view.tsx";
import { PriorityMark } from "./priority-mark.tsx";

type Props = { row: Conversation; actions: Actions };

/** Whose conversation it is, who answers, and what can be done with it. */
export function ThreadHeader({ row, actions }: Props) {
  const t = useTranslations("console.thread");
  const { select } = useView();
  const panel = usePanel();
  return (
    <header className="flex h-13 shrink-0 items-center gap-2 border-b border-line bg-surface pr-2 pl-4 max-md:pl-1">
      <div className="md:hidden">
        <IconButton label={t("back")} size="lg" onClick={() => select(null)}>
          <ArrowLeft size={20} />
        </IconButton>
      </div>
      <Who row={row} />
      <div className="flex shrink-0 items-center gap-1.5">
        <MainButtons row={row} actions={actions} />
        <MoreMenu row={row} actions={actions} />
        <IconButton label={t("panel")} shortcut="]" pressed={panel.isOpen} onClick={() => panel.toggle()}>
          <PanelRight size={16} />
        </IconButton>
      </div>
    </header>
  );
}

function Who({ row }: { row: Conversation }) {
  const t = useTranslations("console.thread");
  const { customer } = row;
  const isOnline = useChat((state) => state.presence.users.has(customer.id));
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2.5">
      <span className="max-sm:hidden">
        <Avatar id={customer.id} name={customer.name} src={customer.avatarUrl} size={32} />
      </span>
      <div className="min-w-0">
        <h2 className="flex items-center gap-1.5 text-body font-semibold">
          <span className="truncate" title={customer.name}>
            {customer.name}
          </span>
          <StatusDot status={isOnline ? "online" : "offline"} label={t(isOnline ? "online" : "offline")} />
          <PriorityMark priority={row.priority} />
        </h2>
        <p className="truncate text-meta text-fg3">
          <AssigneeLine row={row} />
        </p>
      </div>
    </div>
  );
}

function AssigneeLine({ row: { id, assignee, status, snoozedUntil } }: { row: Conversation }) {
  const t = useTranslations("console");
  const times = useTimes();
  const myId = useChat((state) => state.me?.id ?? null);
  const viewers = useChat((state) => viewerNames(state.presence.users, id, state.me?.id ?? null));
  const parts = [
    assignee === null ? t("thread.noAssignee") : assignee.id === myId ? t("thread.mine") : t("thread.assignedTo", { name: assignee.name }),
    status === "resolved" ? t("statuses.resolved") : "",
    status === "snoozed" && snoozedUntil !== null ? t("thread.snoozedUntil", { when: times.moment(snoozedUntil) }) : "",
    viewers === "" ? "" : t("thread.viewing", { names: viewers }),
  ];
  return parts.filter(Boolean).join(" · ");
}

function viewerNames(users: ReadonlyMap<string, { userId: string; name: string; viewing: string | null }>, id: string, myId: string | null): string {
  return [...users.values()]
    .filter((user) => user.viewing === id && user.userId !== myId)
    .map(({ name }) => name)
    .join("、");
}

function MainButtons({ row, actions }: Props) {
  const t = useTranslations("console.thread");
  if (row.status === "resolved") {
    return (
      <Button icon={<RotateCcw size={14} />} onClick={() => void actions.reopen(row.id)}>
        {t("reopen")}
      </Button>
    );
  }
  return (
    <>
      {isClaimable(row) && (
        <Button variant="primary" icon={<Hand size={14} />} title={`${t("claim")} (M)`} onClick={() => void actions.claim(row.id)}>
          {t("claim")}
        </Button>
      )}
      <span className="contents max-sm:hidden">
        <TransferMenu row={row} actions={actions} />
      </span>
      {row.status === "snoozed" ? (
        <Button icon={<AlarmClock size={14} />} onClick={() => void actions.reopen(row.id)}>
          {t("wake")}
        </Button>
      ) : (
        <span className="contents max-lg:hidden">
          <SnoozeMenu row={row} actions={actions} />
        </span>
      )}
      <span className="contents max-sm:hidden">
        <Button icon={<Check size={14} />} title={`${t("resolve")} (Alt+E)`} onClick={() => void actions.resolve(row.id)}>
          {t("resolve")}
        </Button>
      </span>
    </>
  );
}
