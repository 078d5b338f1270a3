"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useConfirm } from "#components/ui/confirm-dialog.tsx";

/** While `active`, asks before a link leads away from what was not saved; the browser asks when the tab is closed. */
export function useLeaveGuard(active: boolean, title: string, action: string): void {
  const confirm = useConfirm();
  const router = useRouter();
  const t = useTranslations("admin");
  useEffect(() => {
    if (!active) return undefined;
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      const stays = link === null || link.target === "_blank" || link.hash !== "" || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
      if (stays || link.origin !== location.origin) return;
      event.preventDefault();
      event.stopPropagation();
      const { pathname, search } = link;
      void confirm({ title, body: t("leaveBody"), action }).then((yes) => {
        if (yes) router.push(pathname + search);
      });
    };
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    document.addEventListener("click", onClick, { capture: true });
    addEventListener("beforeunload", onUnload);
    return () => {
      document.removeEventListener("click", onClick, { capture: true });
      removeEventListener("beforeunload", onUnload);
    };
  }, [active, title, action, confirm, router, t]);
}
