"use client";

import Ellipsis from "lucide-react/icons/ellipsis";
import KeyRound from "lucide-react/icons/key-round";
import Pencil from "lucide-react/icons/pencil";
import Shield from "lucide-react/icons/shield";
import UserCheck from "lucide-react/icons/user-check";
import UserX from "lucide-react/icons/user-x";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuItem, MenuSeparator } from "#components/ui/menu.tsx";
import type { StaffUser } from "#protocol/http.ts";
import { useStaffActions } from "./use-staff-actions.ts";

type Props = { account: StaffUser; onRename: () => void; onReset: (password: string) => void };

/** What can be done with an account. */
export function StaffMenu({ account, onRename, onReset }: Props) {
  const t = useTranslations("admin.staff");
  const { setRole, setDisabled, resetPassword } = useStaffActions();
  const reset = async () => {
    const password = await resetPassword(account);
    if (password !== null) onReset(password);
  };
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t("actionsOf", { name: account.name })} size="sm">
          <Ellipsis size={16} />
        </IconButton>
      }
    >
      <MenuItem icon={<Pencil size={16} />} onSelect={onRename}>
        {t("rename")}
      </MenuItem>
      <MenuItem icon={<KeyRound size={16} />} onSelect={() => void reset()}>
        {t("reset")}
      </MenuItem>
      <MenuItem icon={<Shield size={16} />} onSelect={() => void setRole(account, account.role === "admin" ? "agent" : "admin")}>
        {account.role === "admin" ? t("makeAgent") : t("makeAdmin")}
      </MenuItem>
      <MenuSeparator />
      {account.disabled ? (
        <MenuItem icon={<UserCheck size={16} />} onSelect={() => void setDisabled(account, false)}>
          {t("enable")}
        </MenuItem>
      ) : (
        <MenuItem tone="danger" icon={<UserX size={16} />} onSelect={() => void setDisabled(account, true)}>
          {t("disable")}
        </MenuItem>
      )}
    </Menu>
  );
}
