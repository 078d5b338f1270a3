"use client";

import { useEffect, useRef, useState } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat } from "#components/realtime/hooks.ts";
import type { Message } from "#protocol/objects.ts";
import { usePreview } from "./use-preview.ts";

/** Reads new messages of others to who cannot see them; what was there when the thread was opened stays silent. */
export function Arrivals({ messages }: { messages: readonly Message[] }) {
  const t = useTranslations("console.thread");
  const preview = usePreview();
  const myId = useChat((state) => state.me?.id ?? null);
  const last = messages.at(-1);
  const known = useRef(last?.seq ?? 0);
  const [text, setText] = useState("");

  useEffect(() => {
    if (last === undefined || last.seq <= known.current) return;
    known.current = last.seq;
    if (last.senderId === myId) return;
    const words = preview(last);
    // One word a moment is enough: a screen reader would speak over itself.
    const timer = setTimeout(() => setText(last.kind === "system" ? words : t("said", { name: last.senderName, text: words })), 200);
    return () => clearTimeout(timer);
  }, [last, myId, preview, t]);

  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
