/** Cookie with the viewer's IANA zone, so that the server's first rendering shows their local times. */
export const timeZoneCookie = "tz";

/** Used until the browser has told its own. */
export const defaultTimeZone = "Asia/Shanghai";

/** Whether `Intl` knows this zone. */
export function isTimeZone(value: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: value }));
  } catch {
    return false;
  }
}
