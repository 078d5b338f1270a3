"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useConfirm } from "#components/ui/confirm-dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { type StaffUser, staffUser, type UserPatch } from "#protocol/http.ts";
import { useAdmin } from "./admin-context.tsx";
import { makePassword } from "./make-password.ts";
import { staffKey } from "./queries.ts";
import { type Explain, useAction } from "./use-action.ts";

/** What can be done with an account. Each answers whether it was done. */
export function useStaffActions() {
  const t = useTranslations("admin.staff");
  const { api, me } = useAdmin();
  const queries = useQueryClient();
  const confirm = useConfirm();
  const toast = useToast();
  const { run, busy } = useAction();
  const lastAdmin: Explain = ({ code }) => (code === "conflict" ? t("lastAdmin") : undefined);

  async function change({ id }: StaffUser, patch: UserPatch): Promise<StaffUser | null> {
    const done = await run(() => api({ method: "PATCH", path: `users/${id}`, body: patch, answer: staffUser }), lastAdmin);
    if (done === null) return null;
    queries.setQueryData<StaffUser[]>(staffKey, (list) => list?.map((known) => (known.id === id ? done.answer : known)));
    return done.answer;
  }

  /** What ends somebody's sign-ins is asked, and twice as clearly when it is one's own. */
  function ask({ id, name }: StaffUser, deed: "makeAgent" | "makeAdmin" | "disable" | "reset"): Promise<boolean> {
    return confirm({
      title: t(`${deed}Title`, { name }),
      body: id === me.id ? t("ownBody") : t(`${deed}Body`),
      action: t(deed),
      tone: deed === "disable" ? "danger" : "primary",
    });
  }

  async function rename(account: StaffUser, name: string): Promise<boolean> {
    if ((await change(account, { name })) === null) return false;
    toast.show({ tone: "success", title: t("renamed") });
    return true;
  }

  async function setRole(account: StaffUser, role: StaffUser["role"]): Promise<boolean> {
    if (!(await ask(account, role === "admin" ? "makeAdmin" : "makeAgent"))) return false;
    if ((await change(account, { role })) === null) return false;
    toast.show({ tone: "success", title: role === "admin" ? t("isAdmin", { name: account.name }) : t("isAgent", { name: account.name }) });
    return true;
  }

  async function setDisabled(account: StaffUser, disabled: boolean): Promise<boolean> {
    if (disabled && !(await ask(account, "disable"))) return false;
    if ((await change(account, { disabled })) === null) return false;
    toast.show({ tone: "success", title: disabled ? t("wasDisabled", { name: account.name }) : t("wasEnabled", { name: account.name }) });
    return true;
  }

  /** Answers the new password, to be shown once; null when nothing was done. */
  async function resetPassword(account: StaffUser): Promise<string | null> {
    if (!(await ask(account, "reset"))) return null;
    const password = makePassword();
    return (await change(account, { password })) === null ? null : password;
  }

  return { rename, setRole, setDisabled, resetPassword, busy };
}
