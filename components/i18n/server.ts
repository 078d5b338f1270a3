import { cookies, headers } from "next/headers";
import compile from "icu-minify/compile";
import { createTranslator, type Messages, type NamespaceKeys, type NestedKeyOf } from "use-intl/core";
import en from "#messages/en.json";
import zhCN from "#messages/zh-CN.json";
import { localeCookie, negotiateLocale, type Locale } from "./locales.ts";
import { defaultTimeZone, isTimeZone, timeZoneCookie } from "./time-zone.ts";

/** A top-level key of the message files. */
export type Namespace = keyof Messages;

const texts: Record<Locale, Messages> = { "zh-CN": precompiled(zhCN), en: precompiled(en) };

/** The locale of the current request: cookie, `Accept-Language`, zh-CN. */
export async function getLocale(): Promise<Locale> {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  return negotiateLocale(jar.get(localeCookie)?.value, head.get("accept-language"));
}

/** The viewer's zone as the browser last told it, else that of the shop's country. */
export async function getTimeZone(): Promise<string> {
  const value = (await cookies()).get(timeZoneCookie)?.value;
  return value !== undefined && isTimeZone(value) ? value : defaultTimeZone;
}

/** The texts of the given namespaces in the request's locale, compiled: what a page hands to its client components. */
export async function getMessages(namespaces: readonly Namespace[]): Promise<Partial<Messages>> {
  const all = texts[await getLocale()];
  return Object.fromEntries(namespaces.map((namespace) => [namespace, all[namespace]]));
}

/** `useTranslations` for server components: `const t = await getTranslations("admin")`. */
export async function getTranslations<Scope extends NamespaceKeys<Messages, NestedKeyOf<Messages>>>(namespace: Scope) {
  const locale = await getLocale();
  return createTranslator({ locale, messages: texts[locale], namespace });
}

// Each text becomes the small tree that use-intl's `format-only` reads; JSON in, JSON out, so the shape is kept.
// The compiler's objects have no prototype, which React refuses to send: the second turn through JSON gives them one.
function precompiled(messages: Messages): Messages {
  const compiled: unknown = JSON.parse(JSON.stringify(messages), (_key, value: unknown) =>
    typeof value === "string" ? compile(value) : value,
  );
  return JSON.parse(JSON.stringify(compiled));
}
