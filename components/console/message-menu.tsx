"use client";

import Copy from "lucide-react/icons/copy";
import Ellipsis from "lucide-react/icons/ellipsis";
import Pencil from "lucide-react/icons/pencil";
import Undo2 from "lucide-react/icons/undo-2";
import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat, useServerNow } from "#components/realtime/hooks.ts";
import { classNames } from "#components/ui/class-names.ts";
import { useConfirm } from "#components/ui/confirm-dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { limits } from "#protocol/limits.ts";
import type { Message } from "#protocol/objects.ts";
import { useCommand } from "./use-command.ts";
import { useEditing } from "./use-editing.tsx";

/** What can be done with a message; comes into sight with the pointer or the focus. */
export function MessageMenu({ message, className }: { message: Message; className: string }) {
  const t = useTranslations("console.message");
  const isMine = useChat((state) => state.me?.id === message.senderId);
  if (message.text === "" && !isMine) return null;
  return (
    <span
      className={classNames(
        "shrink-0 self-end opacity-0 transition-opacity group-hover/message:opacity-100 has-focus-visible:opacity-100 has-data-popup-open:opacity-100 pointer-coarse:opacity-60",
        className,
      )}
    >
      <Menu
        align={isMine ? "end" : "start"}
        trigger={
          <IconButton label={t("actions")} size="sm">
            <Ellipsis size={16} />
          </IconButton>
        }
      >
        <Items message={message} isMine={isMine} />
      </Menu>
    </span>
  );
}

/* Drawn only while the menu is open: a clock in every message would be too many. */
function Items({ message, isMine }: { message: Message; isMine: boolean }) {
  const t = useTranslations("console.message");
  const toast = useToast();
  const confirm = useConfirm();
  const run = useCommand();
  const { begin } = useEditing();
  const now = useServerNow(1_000);
  const [age] = useState(() => Date.parse(message.createdAt));
  const isText = message.kind === "text" || message.kind === "note";
  const within = (ms: number) => isMine && now !== null && now - age < ms;

  const copy = async () => {
    await navigator.clipboard.writeText(message.text);
    toast.show({ id: "copied", tone: "success", title: t("copied"), timeoutMs: 2_000 });
  };
  const recall = async () => {
    if (!(await confirm({ title: t("recallTitle"), body: t("recallBody"), action: t("recall") }))) return;
    await run("message:recall", { conversationId: message.conversationId, seq: message.seq }, ({ code }) => (code === "conflict" ? t("tooLate") : undefined));
  };
  return (
    <>
      {message.text !== "" && (
        <MenuItem icon={<Copy size={16} />} onSelect={() => void copy()}>
          {t("copy")}
        </MenuItem>
      )}
      {isText && within(limits.editWindowMs) && (
        <MenuItem icon={<Pencil size={16} />} onSelect={() => begin(message)}>
          {t("edit")}
        </MenuItem>
      )}
      {within(limits.recallWindowMs) && (
        <MenuItem tone="danger" icon={<Undo2 size={16} />} onSelect={() => void recall()}>
          {t("recall")}
        </MenuItem>
      )}
    </>
  );
}
