"use client";

import { useCallback } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import type { Message } from "#protocol/objects.ts";
import { readSystemText } from "#protocol/system-texts.ts";

/** A message as one line: pictures, recalls and the system's lines in the viewer's language. */
export function usePreview(): (message: Message) => string {
  const t = useTranslations("console.row");
  const systemText = useSystemText();
  return useCallback(
    (message: Message) => {
      if (message.recalledAt !== null) return t("recalled");
      if (message.kind === "system") return systemText(message.text);
      const pictures = message.attachments.length;
      const mark = pictures === 0 ? "" : message.kind === "file" ? t("file") : pictures === 1 ? t("image") : t("images", { count: pictures });
      return [mark, message.text].filter(Boolean).join(" ").replace(/\s+/g, " ");
    },
    [t, systemText],
  );
}

/** A line that the server wrote, in the viewer's language and in words for staff; any other text as it is. */
export function useSystemText(): (text: string) => string {
  const t = useTranslations("console.system");
  return useCallback(
    (text: string) => {
      const known = readSystemText(text);
      return known === null ? text : t(known.event, { name: known.name });
    },
    [t],
  );
}
