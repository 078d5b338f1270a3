"use client";

import Copy from "lucide-react/icons/copy";
import Ellipsis from "lucide-react/icons/ellipsis";
import Pencil from "lucide-react/icons/pencil";
import Send from "lucide-react/icons/send";
import Trash from "lucide-react/icons/trash-2";
import Undo from "lucide-react/icons/undo-2";
import { useRouter } from "next/navigation";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuItem, MenuSeparator } from "#components/ui/menu.tsx";
import type { Notice } from "#protocol/objects.ts";
import { useNoticeState } from "./notice-marks.tsx";
import { useNoticeActions } from "./use-notice-actions.ts";

/** What can be done with a notice from the list. */
export function NoticeMenu({ notice }: { notice: Notice }) {
  const t = useTranslations("admin.notices");
  const router = useRouter();
  const state = useNoticeState(notice);
  const { confirmPush, push, withdraw, remove } = useNoticeActions();
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t("actionsOf", { title: notice.title })} size="sm">
          <Ellipsis size={16} />
        </IconButton>
      }
    >
      {state !== "withdrawn" && (
        <MenuItem icon={<Pencil size={16} />} onSelect={() => router.push(`/admin/notices/${notice.id}`)}>
          {t("edit")}
        </MenuItem>
      )}
      {state === "draft" && (
        <MenuItem icon={<Send size={16} />} onSelect={() => void confirmPush(notice).then((yes) => (yes ? push(notice) : null))}>
          {t("push")}
        </MenuItem>
      )}
      <MenuItem icon={<Copy size={16} />} onSelect={() => router.push(`/admin/notices/new?from=${notice.id}`)}>
        {t("reuse")}
      </MenuItem>
      <MenuSeparator />
      {(state === "live" || state === "scheduled") && (
        <MenuItem icon={<Undo size={16} />} onSelect={() => void withdraw(notice)}>
          {t("withdraw")}
        </MenuItem>
      )}
      <MenuItem tone="danger" icon={<Trash size={16} />} onSelect={() => void remove(notice)}>
        {t("delete")}
      </MenuItem>
    </Menu>
  );
}
