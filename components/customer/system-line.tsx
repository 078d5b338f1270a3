"use client";

import { useTimes } from "#components/i18n/use-times.ts";
import { useTranslations } from "#components/i18n/use-translations.ts";
import type { Message } from "#protocol/objects.ts";
import { readSystemText } from "#protocol/system-texts.ts";
import { useWriting } from "./use-writing.tsx";

const lineClass = "py-2 text-center text-meta text-fg3 wrap-anywhere";

/** A line that the server wrote, in the viewer's language. */
export function SystemLine({ message }: { message: Message }) {
  const times = useTimes();
  const t = useTranslations("customer.system");
  const known = readSystemText(message.text);
  return (
    <p className={lineClass} title={times.moment(message.createdAt)} data-seq={message.seq}>
      {known === null ? message.text : t(known.event, { name: known.name })}
    </p>
  );
}

/** What is left of a recalled message; its writer may take the text up again. */
export function RecalledLine({ message, isMine }: { message: Message; isMine: boolean }) {
  const t = useTranslations("customer.message");
  const { recalledText, offer } = useWriting();
  const text = isMine ? recalledText(message.seq) : null;
  return (
    <p className={lineClass} data-seq={message.seq}>
      {isMine ? t("recalledByMe") : t("recalledBy", { name: message.senderName })}
      {text !== null && (
        <button type="button" className="hit-area ml-2 font-medium text-accent-text hover:underline" onClick={() => offer(text)}>
          {t("writeAgain")}
        </button>
      )}
    </p>
  );
}
