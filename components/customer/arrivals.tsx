"use client";

import { useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import type { Message } from "#protocol/objects.ts";

/** Reads answers that come in to who cannot see them; what was there before stays silent. */
export function Arrivals({ messages }: { messages: readonly Message[] }) {
  const t = useTranslations("customer.log");
  const last = messages.at(-1);
  const [known, setKnown] = useState(last?.seq ?? 0);
  const [text, setText] = useState("");

  if (last !== undefined && last.seq > known) {
    setKnown(last.seq);
    if (last.senderRole !== "customer" && last.senderRole !== "system") {
      setText(t("said", { name: last.senderName, text: last.text === "" ? t("pictures", { count: last.attachments.length }) : last.text }));
    }
  }

  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
