"use client";

import StickyNote from "lucide-react/icons/sticky-note";
import { useState } from "react";
import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import { deliveryOf } from "#components/realtime/selectors.ts";
import { Avatar } from "#components/ui/avatar.tsx";
import { classNames } from "#components/ui/class-names.ts";
import type { Conversation, Message, Receipts } from "#protocol/objects.ts";
import { DeliveryMark } from "#components/chat/delivery-mark.tsx";
import { MessageEditor } from "./message-editor.tsx";
import { MessageMenu } from "./message-menu.tsx";
import { Pictures } from "#components/chat/pictures.tsx";
import { useEditing } from "./use-editing.tsx";
import { useSystemText } from "./use-preview.ts";
import { MessageText } from "#components/chat/message-text.tsx";

type Props = { message: Message; isLastOfGroup: boolean; customer: Conversation["customer"]; receipts: Receipts | null };

/** A stored message: the customer's at the left, ours at the right, notes in amber, the system's words centred. */
export function MessageRow(props: Props) {
  const { message } = props;
  if (message.kind === "system") return <SystemLine message={message} />;
  if (message.recalledAt !== null) return <RecalledLine message={message} />;
  return message.senderRole === "customer" ? <Incoming {...props} /> : <Outgoing {...props} />;
}

function SystemLine({ message }: { message: Message }) {
  const times = useTimes();
  const systemText = useSystemText();
  return (
    <p className="py-1.5 text-center text-meta text-fg3" title={times.moment(message.createdAt)} data-seq={message.seq}>
      {systemText(message.text)} <span className="tabular-nums">{times.time(message.createdAt)}</span>
    </p>
  );
}

function RecalledLine({ message }: { message: Message }) {
  const t = useTranslations("console.message");
  const isMine = useChat((state) => state.me?.id === message.senderId);
  return (
    <p className="py-1.5 text-center text-meta text-fg3" data-seq={message.seq}>
      {isMine ? t("recalledByMe") : t("recalledBy", { name: message.senderName })}
    </p>
  );
}

function Incoming({ message, isLastOfGroup, customer }: Props) {
  return (
    <div data-seq={message.seq} className={classNames("group/message flex items-end gap-2", isLastOfGroup ? "pb-3" : "pb-0.5")}>
      <span className="w-7 shrink-0">{isLastOfGroup && <Avatar id={customer.id} name={customer.name} src={customer.avatarUrl} size={28} />}</span>
      <div className="flex min-w-0 max-w-[min(35rem,80%)] flex-col items-start">
        <Bubble message={message} className={classNames("bg-bubble-in text-fg", isLastOfGroup && "rounded-bl-tag")} />
        {isLastOfGroup && <Meta message={message} />}
      </div>
      <MessageMenu message={message} className={isLastOfGroup ? "mb-5" : ""} />
    </div>
  );
}

function Outgoing({ message, isLastOfGroup, receipts }: Props) {
  const isMine = useChat((state) => state.me?.id === message.senderId);
  const { editing, end } = useEditing();
  const isEdited = editing?.id === message.id;
  const isNote = message.kind === "note";
  const look = isNote
    ? "border border-note-border bg-note text-note-text"
    : isMine
      ? "bg-bubble-out text-white"
      : "bg-accent-bg text-fg";
  return (
    <div data-seq={message.seq} className={classNames("group/message flex items-end justify-end gap-2", isLastOfGroup ? "pb-3" : "pb-0.5")}>
      {!isEdited && <MessageMenu message={message} className={isLastOfGroup ? "mb-5" : ""} />}
      <div className={classNames("flex min-w-0 max-w-[min(35rem,80%)] flex-col items-end", isEdited && "w-full")}>
        {isEdited ? (
          <MessageEditor message={message} onEnd={end} />
        ) : (
          <Bubble message={message} className={classNames(look, isLastOfGroup && "rounded-br-tag")} />
        )}
        {isLastOfGroup && (
          <Meta message={message}>
            {isNote ? null : <DeliveryMark delivery={deliveryOf(message, receipts)} />}
          </Meta>
        )}
      </div>
    </div>
  );
}

function Bubble({ message, className }: { message: Message; className: string }) {
  const t = useTranslations("console.message");
  const times = useTimes();
  const { text, attachments, kind } = message;
  const [born] = useState(() => Date.now() - Date.parse(message.createdAt) < 5_000);
  return (
    <div
      title={times.moment(message.createdAt)}
      className={classNames("max-w-full min-w-0 overflow-hidden rounded-bubble text-body", attachments.length > 0 && "w-min", born && "animate-arrive", className)}
    >
      {kind === "note" && (
        <p className="flex items-center gap-1 px-3 pt-1.5 text-meta font-medium opacity-85">
          <StickyNote size={12} aria-hidden /> {t("note")}
        </p>
      )}
      {attachments.length > 0 && <Pictures message={message} />}
      {text !== "" && (
        <p className={classNames("px-3 break-words whitespace-pre-wrap", kind === "note" ? "pb-2" : "py-2")}>
          <MessageText text={text} />
        </p>
      )}
    </div>
  );
}

function Meta({ message: { createdAt, editedAt }, children }: { message: Message; children?: React.ReactNode }) {
  const t = useTranslations("console.message");
  const times = useTimes();
  return (
    <p className="flex h-4 items-center gap-1.5 px-1 pt-0.5 text-meta text-fg3 tabular-nums">
      {editedAt !== null && <span>{t("edited")}</span>}
      <time dateTime={createdAt}>{times.time(createdAt)}</time>
      {children}
    </p>
  );
}
