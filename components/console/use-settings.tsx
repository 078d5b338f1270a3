"use client";

import { createContext, use, useEffect, useState, type ReactNode } from "react";
import { useStore } from "zustand/react";
import { createSettings, type Settings, type SettingsStore } from "./settings.ts";

const SettingsContext = createContext<SettingsStore | null>(null);

/** The settings of this browser for the console below; renders in a browser only. */
export function SettingsProvider({ children }: { children: ReactNode }) {
  const [{ store, follow }] = useState(() => createSettings(browserStorage()));
  useEffect(() => {
    addEventListener("storage", follow);
    return () => removeEventListener("storage", follow);
  }, [follow]);
  return <SettingsContext value={store}>{children}</SettingsContext>;
}

/** One of the settings, or whatever is computed from them. */
export function useSetting<Part>(pick: (settings: Settings) => Part): Part {
  return useStore(useSettingsStore(), pick);
}

/** For reading and changing settings outside of rendering. */
export function useSettingsStore(): SettingsStore {
  const store = use(SettingsContext);
  if (store === null) throw new Error("useSettingsStore needs SettingsProvider above it");
  return store;
}

function browserStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
