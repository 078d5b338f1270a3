"use client";

import CircleAlert from "lucide-react/icons/circle-alert";
import Clock from "lucide-react/icons/clock";
import { useState } from "react";
import { useErrorText } from "#components/i18n/use-error-text.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat, useClient } from "#components/realtime/hooks.ts";
import type { PendingMessage } from "#components/realtime/state.ts";
import { Button } from "#components/ui/button.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { DeliveryMark } from "./delivery-mark.tsx";
import { MessageText } from "./message-text.tsx";
import { PendingPictures } from "./pictures.tsx";

type Props = { pending: PendingMessage; isLastOfGroup: boolean; textClass?: string };

/** A message of mine that the server has not stored yet: it is never lost, and says what it waits for. Needs `chat`, `errors`. */
export function PendingRow({ pending, isLastOfGroup, textClass = "text-body" }: Props) {
  const { text, kind, uploads, state } = pending;
  const look = kind === "note" ? "border border-note-border bg-note text-note-text" : "bg-bubble-out text-white";
  const isFailed = state === "failed";
  return (
    <div data-pending={pending.clientMsgId} className={classNames("flex justify-end", isLastOfGroup || isFailed ? "pb-3" : "pb-0.5")}>
      <div className="flex max-w-[min(35rem,80%)] min-w-0 flex-col items-end">
        <div
          className={classNames(
            "max-w-full animate-arrive overflow-hidden rounded-bubble forced-colors:border",
            textClass,
            look,
            // As wide as its pictures: words below them wrap.
            uploads.length > 0 && "w-min",
            isLastOfGroup && "rounded-br-tag",
            isFailed && "opacity-70",
          )}
        >
          {uploads.length > 0 && <PendingPictures pending={pending} />}
          {text !== "" && (
            <p dir="auto" className="px-3 py-2 wrap-anywhere whitespace-pre-wrap">
              <MessageText text={text} />
            </p>
          )}
        </div>
        {isFailed ? <Failed pending={pending} /> : isLastOfGroup && <Progress state={state} />}
      </div>
    </div>
  );
}

function Progress({ state }: { state: PendingMessage["state"] }) {
  const t = useTranslations("chat.delivery");
  const isLive = useChat(({ connection }) => connection.status === "connected");
  const label = t(isLive ? "sending" : "waiting");
  return (
    <p className="flex h-4 items-center gap-1 px-1 pt-0.5 text-meta text-fg3">
      {state === "sent" ? <DeliveryMark delivery="sent" /> : <Clock size={12} role="img" aria-label={label} />}
      {!isLive && state !== "sent" && label}
    </p>
  );
}

function Failed({ pending: { clientMsgId, failure, text } }: { pending: PendingMessage }) {
  const t = useTranslations("chat.pending");
  const common = useTranslations("common");
  const client = useClient();
  const errorText = useErrorText();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div role="alert" className="flex flex-col items-end gap-1 pt-1 text-meta text-danger">
      <p className="flex items-start gap-1 text-right">
        <CircleAlert size={14} className="mt-px shrink-0" />
        <span>
          <span className="font-medium">{t("failed")}</span> {failure !== null && errorText({ code: failure.code })}
        </span>
      </p>
      <span className="flex gap-1">
        <Button size="sm" variant="ghost" onClick={() => client.discard(clientMsgId)}>
          {t("discard")}
        </Button>
        {text !== "" && (
          <Button size="sm" variant="ghost" onClick={() => void copy().catch(() => {})}>
            {copied ? common("copied") : common("copy")}
          </Button>
        )}
        <Button size="sm" onClick={() => client.retry(clientMsgId)}>
          {t("retry")}
        </Button>
      </span>
    </div>
  );
}
