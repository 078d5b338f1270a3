"use client";

import { useState, type ReactNode } from "react";
import { DeliveryMark } from "#components/chat/delivery-mark.tsx";
import { MessageText } from "#components/chat/message-text.tsx";
import { Pictures } from "#components/chat/pictures.tsx";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { deliveryOf } from "#components/realtime/selectors.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { classNames } from "#components/ui/class-names.ts";
import type { Message, Receipts } from "#protocol/objects.ts";
import { MessageActions } from "./message-actions.tsx";
import { RecalledLine, SystemLine } from "./system-line.tsx";
import { useWriting } from "./use-writing.tsx";

type Props = { message: Message; isLastOfGroup: boolean; receipts: Receipts | null; isLastOwn: boolean; isTouched: boolean };

/** Younger than this it arrives before one's eyes. */
const bornMs = 5_000;

/** A stored message: mine at the right, the staff's at the left, the system's words centred. */
export function MessageRow(props: Props) {
  const { message } = props;
  const isMine = useChat((state) => state.me?.id === message.senderId);
  if (message.kind === "system") return <SystemLine message={message} />;
  if (message.recalledAt !== null) return <RecalledLine message={message} isMine={isMine} />;
  return isMine ? <Mine {...props} /> : <Theirs {...props} />;
}

function Theirs({ message, isLastOfGroup, isTouched }: Props) {
  return (
    <div data-seq={message.seq} className={classNames("group/message flex items-end gap-2", isLastOfGroup ? "pb-3" : "pb-0.5")}>
      <span className="w-7 shrink-0 pb-5">
        {isLastOfGroup && <Avatar id={message.senderId ?? message.senderName} name={message.senderName} size={28} />}
      </span>
      <div className="flex max-w-[min(35rem,80%)] min-w-0 flex-col items-start">
        <Bubble message={message} className={classNames("bg-bubble-in text-fg", isLastOfGroup && "rounded-bl-tag")} />
        {(isLastOfGroup || isTouched) && <Meta message={message} />}
      </div>
      <MessageActions message={message} isMine={false} isTouched={isTouched} className={isLastOfGroup || isTouched ? "mb-5" : ""} />
    </div>
  );
}

function Mine({ message, isLastOfGroup, receipts, isLastOwn, isTouched }: Props) {
  const { editing } = useWriting();
  const hasMeta = isLastOfGroup || isLastOwn || isTouched;
  return (
    <div data-seq={message.seq} className={classNames("group/message flex items-end justify-end gap-2", isLastOfGroup ? "pb-3" : "pb-0.5")}>
      <MessageActions message={message} isMine isTouched={isTouched} className={hasMeta ? "mb-5" : ""} />
      <div className="flex max-w-[min(35rem,80%)] min-w-0 flex-col items-end">
        <Bubble
          message={message}
          className={classNames(
            "bg-bubble-out text-white",
            isLastOfGroup && "rounded-br-tag",
            editing?.id === message.id && "outline-2 outline-offset-2 outline-focus",
          )}
        />
        {hasMeta && <Meta message={message}>{isLastOwn && <DeliveryMark delivery={deliveryOf(message, receipts)} />}</Meta>}
      </div>
    </div>
  );
}

function Bubble({ message, className }: { message: Message; className: string }) {
  const times = useTimes();
  const { text, attachments } = message;
  const [isBorn] = useState(() => Date.now() - Date.parse(message.createdAt) < bornMs);
  return (
    <div
      title={times.moment(message.createdAt)}
      className={classNames(
        "max-w-full min-w-0 overflow-hidden rounded-bubble text-widget forced-colors:border",
        // As wide as its pictures: words below them wrap.
        attachments.length > 0 && "w-min",
        isBorn && "animate-arrive",
        className,
      )}
    >
      {attachments.length > 0 && <Pictures message={message} />}
      {text !== "" && (
        <p dir="auto" className="px-3 py-2 wrap-anywhere whitespace-pre-wrap">
          <MessageText text={text} />
        </p>
      )}
    </div>
  );
}

function Meta({ message: { createdAt, editedAt }, children }: { message: Message; children?: ReactNode }) {
  const t = useTranslations("customer.message");
  const times = useTimes();
  return (
    <p className="flex h-5 items-center gap-1.5 px-1 pt-0.5 text-meta text-fg3 tabular-nums">
      {editedAt !== null && <span>{t("edited")}</span>}
      <time dateTime={createdAt}>{times.time(createdAt)}</time>
      {children}
    </p>
  );
}
