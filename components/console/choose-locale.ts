import { writeCookie } from "#components/i18n/cookie.ts";
import { localeCookie, type Locale } from "#components/i18n/locales.ts";

/** Keeps the language and has the page rendered in it; what is on the screen stays. */
export function chooseLocale(locale: Locale, refresh: () => void): void {
  writeCookie(localeCookie, locale);
  refresh();
}
