import { cookies } from "next/headers";
import { parseTheme, themeCookie, type Theme } from "./theme.ts";

/** The theme chosen by whoever sends the current request. */
export async function getTheme(): Promise<Theme> {
  return parseTheme((await cookies()).get(themeCookie)?.value);
}
