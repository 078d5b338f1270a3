"use client";

import CircleAlert from "lucide-react/icons/circle-alert";
import { useTranslations } from "use-intl/react";
import { Button } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";

type Props = {
  title: string;
  /** h1 where this is all that the page shows. */
  heading?: "h1" | "h2" | "p";
  body: string;
  requestId?: string | undefined;
  onRetry?: () => void;
  busy?: boolean;
  className?: string;
};

/** What happened, what to do, and the number to give to whoever looks after it. Needs `common`. */
export function ErrorState({ title, heading, body, requestId, onRetry, busy, className }: Props) {
  const t = useTranslations("common");
  return (
    <div role="alert" className={className}>
      <EmptyState
        icon={<CircleAlert />}
        title={title}
        heading={heading}
        action={
          onRetry && (
            <Button busy={busy ?? false} onClick={onRetry}>
              {t("retry")}
            </Button>
          )
        }
      >
        <p>{body}</p>
        {requestId && <p className="mt-2 font-mono text-meta break-all text-fg3">{t("requestId", { id: requestId })}</p>}
      </EmptyState>
    </div>
  );
}
