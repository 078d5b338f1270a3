"use client";

import { useEffect, useSyncExternalStore, type ReactNode } from "react";
import { IntlProvider } from "use-intl/react";
import type { Messages } from "use-intl/core";
import { writeCookie } from "./cookie.ts";
import type { Locale } from "./locales.ts";
import { timeZoneCookie } from "./time-zone.ts";

type Props = { locale: Locale; messages: Partial<Messages>; timeZone: string; children: ReactNode };

/**
 * Texts and zone for the client components below. Pages use `Translations`, which fills it in.
 * Hydration uses the zone the server rendered with; the browser's own follows at once and is kept in a cookie.
 */
export function I18nProvider({ locale, messages, timeZone, children }: Props) {
  const zone = useSyncExternalStore(subscribeToNothing, browserZone, () => timeZone);

  useEffect(() => {
    if (zone !== timeZone) writeCookie(timeZoneCookie, zone);
  }, [zone, timeZone]);

  return (
    <IntlProvider locale={locale} messages={messages} timeZone={zone}>
      {children}
    </IntlProvider>
  );
}

function browserZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function subscribeToNothing() {
  return () => {};
}
