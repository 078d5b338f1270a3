"use client";

import { signOut } from "next-auth/react";
import { useCallback } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient } from "#components/realtime/hooks.ts";
import { useConfirm } from "#components/ui/confirm-dialog.tsx";
import { useIsWaiter } from "./use-availability.ts";

/** Ends the sign-in, after a question when customers or unsent messages are concerned. */
export function useSignOut(): () => Promise<void> {
  const client = useClient();
  const confirm = useConfirm();
  const isWaiter = useIsWaiter();
  const t = useTranslations("console.rail");
  return useCallback(async () => {
    const unsent = [...client.store.getState().outbox.values()].reduce((sum, list) => sum + list.length, 0);
    const body = unsent > 0 ? t("signOutUnsent", { count: unsent }) : isWaiter ? t("signOutWaiting") : null;
    if (body !== null && !(await confirm({ title: t("signOutTitle"), body, action: t("signOut"), tone: "primary" }))) return;
    client.stop();
    await signOut({ redirect: false });
    window.location.assign("/sign-in?signedOut");
  }, [client, confirm, isWaiter, t]);
}
