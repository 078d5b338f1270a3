"use client";

import Ellipsis from "lucide-react/icons/ellipsis";
import Pencil from "lucide-react/icons/pencil";
import Power from "lucide-react/icons/power";
import Send from "lucide-react/icons/send";
import Trash from "lucide-react/icons/trash-2";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuItem, MenuSeparator } from "#components/ui/menu.tsx";
import type { Webhook } from "#protocol/developers.ts";
import { useWebhookActions } from "./use-webhook-actions.ts";

type Props = { webhook: Webhook; onEdit: () => void; onDeleted?: () => void };

/** What can be done with a webhook. */
export function WebhookMenu({ webhook, onEdit, onDeleted }: Props) {
  const t = useTranslations("admin.webhooks");
  const { test, setDisabled, remove } = useWebhookActions();
  const removeIt = async () => {
    if (await remove(webhook)) onDeleted?.();
  };
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t("actionsOf", { url: webhook.url })} size="sm">
          <Ellipsis size={16} />
        </IconButton>
      }
    >
      <MenuItem icon={<Pencil size={16} />} onSelect={onEdit}>
        {t("edit")}
      </MenuItem>
      <MenuItem icon={<Send size={16} />} disabled={webhook.disabled} onSelect={() => void test(webhook)}>
        {t("test")}
      </MenuItem>
      <MenuItem icon={<Power size={16} />} onSelect={() => void setDisabled(webhook, !webhook.disabled)}>
        {webhook.disabled ? t("enable") : t("disable")}
      </MenuItem>
      <MenuSeparator />
      <MenuItem tone="danger" icon={<Trash size={16} />} onSelect={() => void removeIt()}>
        {t("delete")}
      </MenuItem>
    </Menu>
  );
}
