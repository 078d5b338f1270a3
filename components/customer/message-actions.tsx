"use client";

import Copy from "lucide-react/icons/copy";
import Ellipsis from "lucide-react/icons/ellipsis";
import Pencil from "lucide-react/icons/pencil";
import Undo2 from "lucide-react/icons/undo-2";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient } from "#components/realtime/hooks.ts";
import { classNames } from "#components/ui/class-names.ts";
import type { Message } from "#protocol/objects.ts";
import { ActionMenu } from "./action-menu.tsx";
import type { Action } from "./action-popup.tsx";
import { allowedFor, useWriting } from "./use-writing.tsx";

type Props = { message: Message; isMine: boolean; isTouched: boolean; className: string };

/** What can be done with a message; comes into sight with the pointer, a tap on its bubble, or the focus. */
export function MessageActions({ message, isMine, isTouched, className }: Props) {
  const t = useTranslations("customer.message");
  const client = useClient();
  const { edit, recall } = useWriting();

  const actions = (): Action[] => {
    const now = Date.now() + client.store.getState().serverOffsetMs;
    const allowed = isMine ? allowedFor(message, now) : { edit: false, recall: false };
    const all: (Action | false)[] = [
      message.text !== "" && { name: t("copy"), icon: <Copy size={16} />, run: () => void navigator.clipboard?.writeText(message.text).catch(() => {}) },
      allowed.edit && { name: t("edit"), icon: <Pencil size={16} />, run: () => edit(message) },
      allowed.recall && { name: t("recall"), icon: <Undo2 size={16} />, run: () => void recall(message) },
    ];
    return all.filter((action) => action !== false);
  };
  // A picture of somebody else's leaves nothing to do; the menu of one's own says so only when it is opened.
  if (message.text === "" && !isMine) return null;
  return (
    <span
      className={classNames(
        "shrink-0 self-end transition-opacity",
        !isTouched && "opacity-0 group-hover/message:opacity-100 has-focus-visible:opacity-100 has-aria-expanded:opacity-100 pointer-coarse:not-has-aria-expanded:pointer-events-none",
        className,
      )}
    >
      <ActionMenu label={t("actions")} icon={<Ellipsis size={16} />} actions={actions} empty={t("noActions")} align={isMine ? "end" : "start"} />
    </span>
  );
}
