"use client";

import { useCallback, useSyncExternalStore } from "react";
import { writeCookie } from "#components/i18n/cookie.ts";
import { parseTheme, themeCookie, type Theme } from "./theme.ts";

/** The chosen theme, what it comes to now, and how to choose. `<html data-theme>` is the one place it is kept. */
export function useTheme(): { theme: Theme; resolved: "light" | "dark"; setTheme: (theme: Theme) => void } {
  const theme = useSyncExternalStore(subscribeToAttribute, readAttribute, (): Theme => "system");
  const systemIsDark = useSyncExternalStore(subscribeToSystem, readSystem, () => false);
  const resolved = theme === "system" ? (systemIsDark ? "dark" : "light") : theme;

  const setTheme = useCallback((next: Theme) => {
    writeCookie(themeCookie, next);
    if (next === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = next;
  }, []);

  return { theme, resolved, setTheme };
}

const darkQuery = "(prefers-color-scheme: dark)";

function readAttribute(): Theme {
  return parseTheme(document.documentElement.dataset["theme"]);
}

function subscribeToAttribute(changed: () => void) {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

function readSystem(): boolean {
  return matchMedia(darkQuery).matches;
}

function subscribeToSystem(changed: () => void) {
  const query = matchMedia(darkQuery);
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}
