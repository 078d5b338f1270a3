"use client";

import BellRing from "lucide-react/icons/bell-ring";
import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { toCommandError } from "#components/realtime/command-error.ts";
import { useChat, useClient, useServerNow } from "#components/realtime/hooks.ts";
import { Button } from "#components/ui/button.tsx";
import { limits } from "#protocol/limits.ts";

/** Who waits longer than this may ask staff to hurry. */
const patienceMs = 30_000;

/** A way to say "please hurry", for who has waited since then. */
export function UrgeOffer({ since }: { since: number }) {
  const t = useTranslations("customer.urge");
  const client = useClient();
  const now = useServerNow(1_000);
  const isLive = useChat((state) => state.connection.status === "connected");
  const [again, setAgain] = useState(0);
  const [state, setState] = useState<"idle" | "busy" | "told" | "failed">("idle");

  const urge = async () => {
    setState("busy");
    try {
      await client.call("conversation:urge", {});
      setAgain((now ?? 0) + limits.urgeMs);
      setState("told");
    } catch (thrown) {
      const { code, retryAfterMs } = toCommandError(thrown);
      // Another tab asked already: that is as good.
      setState(code === "rate_limited" ? "told" : "failed");
      if (code === "rate_limited") setAgain((now ?? 0) + (retryAfterMs ?? limits.urgeMs));
    }
  };
  if (now === null || now - since < patienceMs) return null;
  const isTold = state === "told" && now < again;
  return (
    <div className="flex min-h-10 animate-appear flex-wrap items-center justify-center gap-x-2 pb-3 text-meta text-fg3" role="status">
      {isTold ? (
        <span>{t("told")}</span>
      ) : (
        <>
          <span>{state === "failed" ? t("failed") : t("waiting")}</span>
          <Button size="sm" busy={state === "busy"} disabled={!isLive} icon={<BellRing size={14} />} className="rounded-full!" onClick={() => void urge()}>
            {t("action")}
          </Button>
        </>
      )}
    </div>
  );
}
