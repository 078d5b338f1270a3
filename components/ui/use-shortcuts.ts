"use client";

import { useEffect, useEffectEvent } from "react";
import { isBare, matchesChord, ownsKeys, type ShortcutKeys } from "./shortcuts.ts";

/** What happens at a shortcut. Returning false lets the press go on to the browser. */
export type ShortcutMap = Record<ShortcutKeys, (event: KeyboardEvent) => boolean | void>;

type Options = {
  /** Everything is off while false. */
  enabled?: boolean;
  /** Shortcuts that the person has turned off (WCAG 2.1.4). */
  disabled?: ReadonlySet<ShortcutKeys>;
};

const sequenceMs = 1000;

/**
 * Listens on the window. Bare keys ("J", "?", "G C") work only where no field, dialog, menu or list has the focus;
 * chords with Ctrl, Alt or ⌘ and Escape work everywhere. How keys are written: `ShortcutKeys`.
 */
export function useShortcuts(map: ShortcutMap, { enabled = true, disabled }: Options = {}): void {
  const press = useEffectEvent((event: KeyboardEvent, pending: string[]): string[] => {
    const isMac = /Mac|iP(hone|ad|od)/.test(navigator.platform);
    const busy = ownsKeys(event.target);
    const matches = (chord = "") => !(busy && isBare(chord)) && matchesChord(event, chord, isMac);
    const active = Object.keys(map).filter((keys) => !disabled?.has(keys));
    const begun = active.filter((keys) => keys.includes(" ") && matches(keys.split(" ")[0]));
    const done =
      active.find((keys) => pending.includes(keys) && matches(keys.split(" ")[1])) ??
      active.find((keys) => !keys.includes(" ") && matches(keys));
    if (done === undefined) return begun;
    if (map[done]?.(event) !== false) event.preventDefault();
    return [];
  });

  useEffect(() => {
    if (!enabled) return undefined;
    let pending: string[] = [];
    let since = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isModifier(event.key)) return;
      pending = press(event, event.timeStamp - since < sequenceMs ? pending : []);
      since = event.timeStamp;
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [enabled]);
}

function isModifier(key: string): boolean {
  return key === "Shift" || key === "Control" || key === "Alt" || key === "Meta";
}
