"use client";

import { useSyncExternalStore } from "react";

/** Whether this window is on the screen and has the focus: what it shows is being looked at. */
export function useIsWatched(): boolean {
  return useSyncExternalStore(subscribe, isWatched, () => false);
}

function isWatched(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

function subscribe(changed: () => void) {
  addEventListener("focus", changed);
  addEventListener("blur", changed);
  document.addEventListener("visibilitychange", changed);
  return () => {
    removeEventListener("focus", changed);
    removeEventListener("blur", changed);
    document.removeEventListener("visibilitychange", changed);
  };
}
