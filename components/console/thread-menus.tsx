"use client";

import AlarmClock from "lucide-react/icons/alarm-clock";
import Check from "lucide-react/icons/check";
import EllipsisVertical from "lucide-react/icons/ellipsis-vertical";
import Link from "lucide-react/icons/link";
import { useNow, useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuChoices, MenuItem, MenuSeparator } from "#components/ui/menu.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { priority, type Conversation } from "#protocol/objects.ts";
import { snoozeTimes } from "./snooze-times.ts";
import { TransferItems } from "./transfer-menu.tsx";
import type { Actions } from "./use-actions.ts";
import { useCommand } from "./use-command.ts";
import { useMediaQuery } from "./use-panel.ts";

type Props = { row: Conversation; actions: Actions };

/** Puts the conversation off. */
export function SnoozeMenu(props: Props) {
  const t = useTranslations("console.thread");
  return (
    <Menu
      align="end"
      trigger={
        <IconButton data-action="snooze" label={t("snooze")} shortcut="Z">
          <AlarmClock size={16} />
        </IconButton>
      }
    >
      <SnoozeItems {...props} />
    </Menu>
  );
}

function SnoozeItems({ row, actions }: Props) {
  const t = useTranslations("console.thread");
  const times = useTimes();
  const now = useNow(30_000);
  if (now === null) return null;
  return (
    <>
      <p className="px-2 pt-1.5 pb-1 text-meta font-medium text-fg3">{t("snoozeUntil")}</p>
      {snoozeTimes(new Date(now)).map(({ choice, until }) => (
        <MenuItem key={choice} onSelect={() => void actions.snooze(row.id, until)}>
          <span className="flex items-baseline gap-6">
            <span className="truncate">{t(choice)}</span>
            <span className="ml-auto text-meta text-fg3 tabular-nums">{times.time(until.getTime())}</span>
          </span>
        </MenuItem>
      ))}
    </>
  );
}

/** Everything else; on narrow windows also what has no room in the header. */
export function MoreMenu({ row, actions }: Props) {
  const t = useTranslations("console");
  const run = useCommand();
  const toast = useToast();
  const hasSnooze = useMediaQuery("(min-width: 64rem)");
  const hasButtons = useMediaQuery("(min-width: 40rem)");
  const isOpen = row.status === "open";
  const copyLink = async () => {
    await navigator.clipboard.writeText(`${location.origin}/console?c=${row.id}`);
    toast.show({ id: "link", tone: "success", title: t("thread.linkCopied") });
  };
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t("thread.more")}>
          <EllipsisVertical size={16} />
        </IconButton>
      }
    >
      {!hasButtons && row.status !== "resolved" && (
        <>
          <MenuItem icon={<Check size={16} />} onSelect={() => void actions.resolve(row.id)}>
            {t("thread.resolve")}
          </MenuItem>
          <MenuSeparator />
          <TransferItems row={row} actions={actions} />
          <MenuSeparator />
        </>
      )}
      {!hasSnooze && isOpen && (
        <>
          <SnoozeItems row={row} actions={actions} />
          <MenuSeparator />
        </>
      )}
      <MenuChoices
        label={t("thread.priority")}
        value={row.priority}
        onChange={(next) => void run("conversation:update", { conversationId: row.id, priority: next })}
        options={priority.options.map((value) => ({ value, label: t(`priorities.${value}`) }))}
      />
      <MenuSeparator />
      <MenuItem icon={<Link size={16} />} onSelect={() => void copyLink()}>
        {t("thread.copyLink")}
      </MenuItem>
    </Menu>
  );
}
