import { isComposing, type KeyPress } from "./composing.ts";

/** What is needed of a `KeyboardEvent`. */
export type Press = KeyPress & {
  code: string;
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
  getModifierState: (name: string) => boolean;
};

/**
 * Keys as they are written for people: "J", "Alt+E", "Mod+K" (Ctrl, on a Mac ⌘), "Ctrl+Alt+E", "?", "]", "Escape",
 * "Alt+ArrowDown", "G C" (one after the other). Letters and digits are told by where the key lies (`event.code`),
 * so that Alt on macOS works; signs by what is typed, since every layout has them elsewhere.
 */
export type ShortcutKeys = string;

/** Whether a press is one chord, e.g. "Mod+K". Never while an input method composes, never with AltGraph. */
export function matchesChord(event: Press, chord: string, isMac: boolean): boolean {
  if (isComposing(event) || event.getModifierState("AltGraph")) return false;
  const parts = chord.split(/\+(?=.)/);
  const key = parts.pop() ?? "";
  const modifiers = new Set(parts);
  const wantsMeta = modifiers.has("Meta") || (modifiers.has("Mod") && isMac);
  const wantsCtrl = modifiers.has("Ctrl") || (modifiers.has("Mod") && !isMac);
  if (event.ctrlKey !== wantsCtrl || event.metaKey !== wantsMeta || event.altKey !== modifiers.has("Alt")) return false;
  if (isSign(key)) return event.key === key;
  return event.shiftKey === modifiers.has("Shift") && (event.code === codeOf(key) || event.key === key);
}

/** Whether a chord is a bare key that would also be text or a move inside a field: it works only outside of fields. */
export function isBare(chord: string): boolean {
  return !/^(Ctrl|Alt|Meta|Mod)\+/.test(chord) && !/^(Escape|F\d+)$/.test(chord);
}

/** Whether typing into this element means text, or belongs to an open dialog, menu or list. */
export function ownsKeys(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  return target.closest(editable) !== null;
}

const editable =
  "input:not([type=checkbox],[type=radio],[type=button],[type=submit]),textarea,select,[role=dialog],[role=alertdialog],[role=menu],[role=listbox],[role=combobox]";

function isSign(key: string): boolean {
  return key.length === 1 && !/[A-Z0-9]/i.test(key);
}

function codeOf(key: string): string {
  if (/^[A-Z]$/i.test(key)) return `Key${key.toUpperCase()}`;
  if (/^\d$/.test(key)) return `Digit${key}`;
  return key;
}
