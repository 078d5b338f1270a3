/** The languages of the product. Each is named in itself, for whoever cannot read the current one. */
export const localeNames = { "zh-CN": "中文", en: "English" } as const;

export type Locale = keyof typeof localeNames;

export const locales = ["zh-CN", "en"] as const satisfies readonly Locale[];

export const defaultLocale: Locale = "zh-CN";

/** Name of the cookie that keeps the choice; it outranks `Accept-Language`. */
export const localeCookie = "locale";

/** Whether `value` is one of our locales. */
export function isLocale(value: unknown): value is Locale {
  return locales.some((locale) => locale === value);
}

/**
 * The locale for a request: the cookie's if it is ours, else the best of `Accept-Language`
 * (RFC 9110 section 12.5.4: by q, then by position; any `zh` is zh-CN), else zh-CN.
 */
export function negotiateLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(cookie)) return cookie;
  const ranked = (acceptLanguage ?? "")
    .split(",")
    .map(parseRange)
    .filter((range) => range.quality > 0)
    .toSorted((a, b) => b.quality - a.quality);
  for (const { language } of ranked) {
    const found = locales.find((locale) => locale.split("-")[0] === language);
    if (found) return found;
  }
  return defaultLocale;
}

function parseRange(part: string): { language: string; quality: number } {
  const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
  const weight = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith("q="));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { language: tag.trim().split("-")[0] ?? "", quality: Number.isFinite(quality) ? quality : 0 };
}
