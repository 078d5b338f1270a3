"use client";

import { useTranslations } from "#components/i18n/use-translations.ts";
import { useChat, useTyping } from "#components/realtime/hooks.ts";
import { answeringName } from "#components/realtime/selectors.ts";

/**
 * One line about who is there: who types, else who answers, else what happens to what one writes. Whether staff are
 * online is not told to customers, so nothing is said of it.
 */
export function useAnswering(): string {
  const t = useTranslations("customer.status");
  const [typist] = useTyping(null);
  const name = useChat(answeringName);
  const isResolved = useChat((state) => state.own?.status === "resolved");
  if (typist !== undefined) return t("typing", { name: typist.name });
  if (isResolved) return t("resolved");
  return name === null ? t("nobody") : t("answering", { name });
}
