import type { Locale } from "./locales.ts";

/** Whose eyes a time is for. */
export type Viewer = { locale: Locale; timeZone: string };

type Instant = string | number | Date;

const dayMs = 86_400_000;

/** `10:24`, 24 hours. */
export function formatTime(at: Instant, viewer: Viewer): string {
  return format(at, viewer, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** A day divider: 今天, 昨天, 星期三, 11月3日, 2025年11月3日 (today, yesterday, Wednesday, November 3 …). */
export function formatDay(at: Instant, viewer: Viewer, now: Instant = Date.now()): string {
  const ago = daysBetween(at, now, viewer);
  if (ago === 0 || ago === 1) return capitalised(relative(viewer).format(-ago, "day"), viewer);
  if (ago > 1 && ago < 7) return format(at, viewer, { weekday: "long" });
  return format(at, viewer, { month: "long", day: "numeric", ...yearIfOther(at, now, viewer) });
}

/** The time at a list's row, as short as it can be: 10:24, 昨天, 周三, 11/3, 2025/11/3 (10:24, Yesterday, Wed, Nov 3, Nov 3, 2025). */
export function formatWhen(at: Instant, viewer: Viewer, now: Instant = Date.now()): string {
  const ago = daysBetween(at, now, viewer);
  if (ago === 0) return formatTime(at, viewer);
  if (ago === 1) return capitalised(relative(viewer).format(-1, "day"), viewer);
  if (ago > 1 && ago < 7) return format(at, viewer, { weekday: "short" });
  // In English 3/11 is another day in another country.
  const month = viewer.locale === "en" ? "short" : "numeric";
  return format(at, viewer, { month, day: "numeric", ...yearIfOther(at, now, viewer) });
}

/** Day and time in full, for titles and details: 2026年11月20日 10:24. */
export function formatMoment(at: Instant, viewer: Viewer): string {
  return format(at, viewer, { dateStyle: "long", timeStyle: "short", hourCycle: "h23" });
}

/** How long ago or until: 3分钟前, 3 minutes ago, in 2 days. Under a minute: 现在, now. */
export function formatRelative(at: Instant, viewer: Viewer, now: Instant = Date.now()): string {
  const seconds = (Number(new Date(at)) - Number(new Date(now))) / 1000;
  const size = Math.abs(seconds);
  if (size < 60) return relative(viewer).format(0, "second");
  if (size < 3600) return relative(viewer).format(Math.trunc(seconds / 60), "minute");
  if (size < 86_400) return relative(viewer).format(Math.trunc(seconds / 3600), "hour");
  return relative(viewer).format(-daysBetween(at, now, viewer), "day");
}

/** A length in milliseconds as a clock: 03:07, 1:02:09. Never negative. */
export function formatDuration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const clock = `${pad(minutes)}:${pad(seconds)}`;
  return hours > 0 ? `${hours}:${clock}` : clock;
}

/** Size of a file: 820 KB, 3.4 MB (units of 1024). */
export function formatBytes(bytes: number, locale: Locale): string {
  const inMegabytes = bytes >= 1024 * 1024;
  const value = inMegabytes ? bytes / (1024 * 1024) : Math.max(1, bytes / 1024);
  const digits = new Intl.NumberFormat(locale, { maximumFractionDigits: inMegabytes ? 1 : 0 });
  return `${digits.format(value)} ${inMegabytes ? "MB" : "KB"}`;
}

/** The viewer's calendar day as `2026-11-20`: equal for messages that stand under one divider. */
export function dayKey(at: Instant, timeZone: string): string {
  return formatter("sv-SE", { timeZone, dateStyle: "short" }).format(new Date(at));
}

function daysBetween(at: Instant, now: Instant, viewer: Viewer): number {
  const from = Date.parse(dayKey(at, viewer.timeZone));
  return Math.round((Date.parse(dayKey(now, viewer.timeZone)) - from) / dayMs);
}

function yearIfOther(at: Instant, now: Instant, { timeZone }: Viewer): Intl.DateTimeFormatOptions {
  return dayKey(at, timeZone).slice(0, 4) === dayKey(now, timeZone).slice(0, 4) ? {} : { year: "numeric" };
}

function format(at: Instant, { locale, timeZone }: Viewer, options: Intl.DateTimeFormatOptions): string {
  return formatter(locale, { ...options, timeZone }).format(new Date(at));
}

// Making an Intl formatter costs about a hundred times one use of it, and lists format on every render.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, options);
  formatters.set(key, made);
  return made;
}

function relative({ locale }: Viewer): Intl.RelativeTimeFormat {
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
}

function capitalised(text: string, { locale }: Viewer): string {
  return text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1);
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
