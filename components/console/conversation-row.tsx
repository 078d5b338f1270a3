"use client";

import Moon from "lucide-react/icons/moon";
import { memo, type MouseEvent } from "react";
import { textLanguage } from "#components/i18n/text-language.ts";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { CountBadge } from "#components/ui/badge.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { StatusDot } from "#components/ui/status-dot.tsx";
import type { Conversation, Message } from "#protocol/objects.ts";
import { PriorityMark } from "./priority-mark.tsx";
import { usePreview } from "./use-preview.ts";
import { WaitingTimer } from "./waiting-timer.tsx";

type Props = {
  conversation: Conversation;
  myId: string | null;
  selected: boolean;
  online: boolean;
  typing: boolean;
  draft: string;
  compact: boolean;
  /** It has left this list and stays until the pointer rests. */
  leaving: boolean;
  onOpen: (id: string) => void;
};

/** A conversation in the list: name, last words, and what asks for attention. */
export const ConversationRow = memo(function ConversationRow(props: Props) {
  const { conversation, selected, online, compact, leaving, onOpen } = props;
  const { id, customer, unread = 0, waitingSince, status } = conversation;
  const t = useTranslations("console.row");
  const common = useTranslations("common.status");
  const isUnread = unread > 0;
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(id);
  };
  return (
    <a
      href={`?c=${id}`}
      data-conversation={id}
      aria-current={selected ? "true" : undefined}
      onClick={open}
      className={classNames(
        "relative flex items-center gap-3 px-3 text-ui transition-[background-color,opacity] -outline-offset-2! select-none",
        compact ? "h-13" : "h-17",
        selected ? "bg-active before:absolute before:inset-y-2 before:left-0 before:w-0.5 before:rounded-full before:bg-accent" : "hover:bg-hover",
        leaving && "opacity-45",
      )}
    >
      {!compact && (
        <Avatar
          id={customer.id}
          name={customer.name}
          src={customer.avatarUrl}
          status={<StatusDot status={online ? "online" : "offline"} size={8} label={common(online ? "online" : "offline")} />}
        />
      )}
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="flex items-baseline gap-2">
          {compact && <StatusDot status={online ? "online" : "offline"} label={common(online ? "online" : "offline")} />}
          <span className={classNames("truncate text-fg", isUnread ? "font-semibold" : "font-medium")}>{customer.name}</span>
          <PriorityMark priority={conversation.priority} />
          {status === "snoozed" && <Moon size={12} aria-label={t("snoozed")} className="shrink-0 self-center text-fg3" />}
          <span className="ml-auto shrink-0">
            {waitingSince !== null && status === "open" ? <WaitingTimer since={waitingSince} /> : <When conversation={conversation} />}
          </span>
        </span>
        <span className="flex items-center gap-2">
          <LastWords {...props} />
          <Assignee {...props} />
          <CountBadge count={unread} label={t("unread", { count: unread })} />
        </span>
      </span>
    </a>
  );
});

function When({ conversation }: { conversation: Conversation }) {
  const times = useTimes();
  const at = conversation.lastMessage?.createdAt ?? conversation.createdAt;
  return (
    <time dateTime={at} title={times.moment(at)} className="text-meta text-fg3 tabular-nums">
      {times.when(at)}
    </time>
  );
}

function LastWords({ conversation, myId, typing, draft, selected }: Props) {
  const t = useTranslations("console.row");
  const preview = usePreview();
  const { lastMessage, unread = 0 } = conversation;
  const look = classNames("min-w-0 flex-1 truncate", unread > 0 ? "text-fg" : "text-fg2");
  if (typing) return <span className="min-w-0 flex-1 truncate text-accent-text">{t("typing")}</span>;
  if (draft !== "" && !selected)
    return (
      <span className={look}>
        <span className="text-danger">{t("draft")}</span> {draft}
      </span>
    );
  if (lastMessage === null) return <span className={look}>{t("empty")}</span>;
  const isStaff = lastMessage.senderRole === "agent" || lastMessage.senderRole === "admin";
  const who = !isStaff ? "" : lastMessage.senderId === myId ? t("you") : t("said", { name: lastMessage.senderName });
  return (
    <span className={look}>
      {who !== "" && <span className="text-fg3">{who}</span>}
      <span lang={isWritten(lastMessage) ? textLanguage(lastMessage.text) : undefined}>{preview(lastMessage)}</span>
    </span>
  );
}

/* Whether its preview is what someone wrote, not our words for it. */
function isWritten({ kind, recalledAt, text }: Message): boolean {
  return kind !== "system" && recalledAt === null && text !== "";
}

function Assignee({ conversation: { assignee, status }, myId }: Props) {
  const t = useTranslations("console.row");
  if (assignee === null) return status === "resolved" ? null : <span className="shrink-0 text-meta text-fg3">{t("unassigned")}</span>;
  if (assignee.id === myId) return null;
  return (
    <span title={t("assignedTo", { name: assignee.name })} className="shrink-0">
      <Avatar id={assignee.id} name={assignee.name} size={20} label={t("assignedTo", { name: assignee.name })} />
    </span>
  );
}
