"use client";

import { useEffect } from "react";
import { useTranslations } from "#components/i18n/use-translations.ts";
import { useClient } from "#components/realtime/hooks.ts";

/** Tells the staff which page this customer is on; what stands behind the `?` is nobody's business. */
export function useTellPage(): void {
  const client = useClient();
  const title = useTranslations("customer")("title");
  useEffect(() => client.setPage({ url: location.origin + location.pathname, title }), [client, title]);
}
