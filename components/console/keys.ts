/** Everything that the keyboard does, in the order of the sheet. Written as `useShortcuts` takes it. */
export const keyGroups = [
  {
    group: "go",
    keys: [
      { name: "next", keys: ["J", "Alt+ArrowDown"] },
      { name: "previous", keys: ["K", "Alt+ArrowUp"] },
      { name: "focus", keys: ["Enter"] },
      { name: "back", keys: ["Escape"] },
      { name: "find", keys: ["/"] },
      { name: "nextWaiting", keys: ["Q"] },
    ],
  },
  {
    group: "conversation",
    keys: [
      { name: "claim", keys: ["M"] },
      { name: "transfer", keys: ["A"] },
      { name: "resolve", keys: ["Alt+E"] },
      { name: "resolveNext", keys: ["Ctrl+Alt+E"] },
      { name: "snooze", keys: ["Z", "Alt+M"] },
    ],
  },
  {
    group: "write",
    keys: [
      { name: "reply", keys: ["R", "Alt+L"] },
      { name: "note", keys: ["N", "Alt+P"] },
      { name: "attach", keys: ["Ctrl+Alt+A"] },
      { name: "editLast", keys: ["ArrowUp"] },
    ],
  },
  {
    group: "console",
    keys: [
      { name: "palette", keys: ["Mod+K"] },
      { name: "panel", keys: ["]", "Alt+O"] },
      { name: "sheet", keys: ["?"] },
    ],
  },
] as const;

/** Keys as they are written on this person's keyboard. */
export function keyLabel(keys: string): string {
  const names: Record<string, string> = { Mod: isMac() ? "⌘" : "Ctrl", ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc" };
  return keys.split("+").map((key) => names[key] ?? key).join("+");
}

/** How the key is called that stands for Ctrl on Windows and Linux, and for ⌘ on a Mac. */
export function modKey(): string {
  return isMac() ? "⌘" : "Ctrl";
}

function isMac(): boolean {
  return typeof navigator !== "undefined" && /Mac|iP(hone|ad|od)/.test(navigator.platform);
}
