"use client";

import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { Settings } from "./settings.ts";
import { useSetting, useSettingsStore } from "./use-settings.tsx";
import { useView } from "./view.tsx";

/** Where there is room for the side panel beside the thread. */
const roomy = "(min-width: 75rem)";

/** The side panel: beside the thread where there is room (remembered), else above it for the moment. */
export function usePanel() {
  const store = useSettingsStore();
  const { overlay, setOverlay } = useView();
  const isBeside = useMediaQuery(roomy);
  const kept = useSetting((settings) => settings.panelOpen);
  const tab = useSetting((settings) => settings.panelTab);
  const isOpen = isBeside ? kept : overlay;

  const setOpen = useCallback(
    (open: boolean) => {
      if (isBeside) store.setState({ panelOpen: open });
      else setOverlay(open);
    },
    [store, isBeside, setOverlay],
  );
  const show = useCallback(
    (next: Settings["panelTab"]) => {
      store.setState({ panelTab: next });
      setOpen(true);
    },
    [store, setOpen],
  );
  const toggle = useCallback(
    (next?: Settings["panelTab"]) => {
      if (isOpen && (next === undefined || next === tab)) setOpen(false);
      else if (next === undefined) setOpen(true);
      else show(next);
    },
    [isOpen, tab, setOpen, show],
  );
  return useMemo(() => ({ isBeside, isOpen, tab, setOpen, show, toggle }), [isBeside, isOpen, tab, setOpen, show, toggle]);
}

/** Whether the window fits a media query now. */
export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    () => matchMedia(query).matches,
    () => false,
  );
}
