import type { ReactNode } from "react";
import { I18nProvider } from "./provider.tsx";
import { getLocale, getMessages, getTimeZone, type Namespace } from "./server.ts";

/**
 * Gives the client components below the texts of these namespaces (and of `common`), nothing more:
 * what is listed here is sent to the browser. Replaces what an outer one gave.
 */
export async function Translations({ namespaces, children }: { namespaces: readonly Namespace[]; children: ReactNode }) {
  const [locale, messages, timeZone] = await Promise.all([
    getLocale(),
    getMessages(["common", ...namespaces]),
    getTimeZone(),
  ]);
  return (
    <I18nProvider locale={locale} messages={messages} timeZone={timeZone}>
      {children}
    </I18nProvider>
  );
}
