"use client";

import ArrowRightLeft from "lucide-react/icons/arrow-right-left";
import Hand from "lucide-react/icons/hand";
import Inbox from "lucide-react/icons/inbox";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import type { State } from "#components/realtime/state.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuItem, MenuSeparator } from "#components/ui/menu.tsx";
import { StatusDot, type Status } from "#components/ui/status-dot.tsx";
import type { Conversation } from "#protocol/objects.ts";
import type { Actions } from "./use-actions.ts";

/** Someone a conversation can be given to. */
type Colleague = { id: string; name: string; status: Status };

type Props = { row: Conversation; actions: Actions };

/** Hands the conversation to a colleague, or back to all. */
export function TransferMenu(props: Props) {
  const t = useTranslations("console.thread");
  return (
    <Menu
      align="end"
      trigger={
        <Button data-action="transfer" title={`${t("transfer")} (A)`} icon={<ArrowRightLeft size={14} />}>
          {t("transfer")}
        </Button>
      }
    >
      <TransferItems {...props} />
    </Menu>
  );
}

/** The same choices inside another menu. */
export function TransferItems({ row, actions }: Props) {
  const t = useTranslations("console.thread");
  const waiters = useChat((state) => state.waiters);
  const users = useChat((state) => state.presence.users);
  const me = useChat((state) => state.me);
  const colleagues = listColleagues({ waiters, users }, [me?.id ?? null, row.assignee?.id ?? null]);
  return (
    <>
      <p className="px-2 pt-1.5 pb-1 text-meta font-medium text-fg3">{t("transferTo")}</p>
      {colleagues.length === 0 && <p className="px-2 pb-2 text-ui text-fg3">{t("nobody")}</p>}
      {colleagues.map((one) => (
        <MenuItem
          key={one.id}
          icon={<Avatar id={one.id} name={one.name} size={24} status={<StatusDot status={one.status} />} />}
          onSelect={() => void actions.assign(row.id, one)}
        >
          <span className="flex items-baseline gap-3">
            <span className="truncate text-fg">{one.name}</span>
            <span className="ml-auto text-meta text-fg3">{t(statusWords[one.status])}</span>
          </span>
        </MenuItem>
      ))}
      {row.assignee !== null && (
        <>
          <MenuSeparator />
          {me !== null && row.assignee.id !== me.id && (
            <MenuItem icon={<Hand size={16} />} onSelect={() => void actions.assign(row.id, me)}>
              {t("toMe")}
            </MenuItem>
          )}
          <MenuItem icon={<Inbox size={16} />} onSelect={() => void actions.assign(row.id, null)}>
            {t("toQueue")}
          </MenuItem>
        </>
      )}
    </>
  );
}

const statusWords = { online: "isOnline", away: "isAway", busy: "isBusy", offline: "isOffline" } as const satisfies Record<Status, string>;
const order: readonly Status[] = ["online", "busy", "away", "offline"];

/* Everyone of staff who is online or registered; who is there comes first. */
function listColleagues({ waiters, users }: Pick<State, "waiters"> & { users: State["presence"]["users"] }, without: readonly (string | null)[]): Colleague[] {
  const found = new Map<string, Colleague>();
  for (const { userId, name, online } of waiters) found.set(userId, { id: userId, name, status: online ? "online" : "offline" });
  for (const { userId, name, role, status } of users.values()) if (role !== "customer") found.set(userId, { id: userId, name, status });
  return [...found.values()]
    .filter(({ id }) => !without.includes(id))
    .sort((one, two) => order.indexOf(one.status) - order.indexOf(two.status) || one.name.localeCompare(two.name));
}
