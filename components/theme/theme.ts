export const themes = ["system", "light", "dark"] as const;

export type Theme = (typeof themes)[number];

/** Cookie with the viewer's choice; the server puts it on `<html data-theme>` so that nothing flashes. */
export const themeCookie = "theme";

/** Reads the cookie's value; anything unknown is `system`. */
export function parseTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? "system";
}
