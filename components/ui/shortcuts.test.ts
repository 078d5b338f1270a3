import { describe, expect, it } from "vitest";
import { isBare, matchesChord, type Press } from "./shortcuts.ts";

function press(parts: Partial<Press>): Press {
  return {
    isComposing: false,
    keyCode: 0,
    timeStamp: 0,
    code: "",
    key: "",
    ctrlKey: false,
    altKey: false,
    shiftKey: false,
    metaKey: false,
    getModifierState: () => false,
    ...parts,
  };
}

describe("matchesChord", () => {
  it("tells letters by where the key lies, so that Alt on macOS works", () => {
    expect(matchesChord(press({ code: "KeyE", key: "´", altKey: true }), "Alt+E", true)).toBe(true);
  });

  it("reads Mod as Ctrl, and as the command key on a Mac", () => {
    const control = press({ code: "KeyK", key: "k", ctrlKey: true });
    const command = press({ code: "KeyK", key: "k", metaKey: true });
    expect([matchesChord(control, "Mod+K", false), matchesChord(control, "Mod+K", true)]).toEqual([true, false]);
    expect([matchesChord(command, "Mod+K", false), matchesChord(command, "Mod+K", true)]).toEqual([false, true]);
  });

  it("wants exactly the modifiers that are written", () => {
    expect(matchesChord(press({ code: "KeyE", altKey: true, ctrlKey: true }), "Alt+E", false)).toBe(false);
    expect(matchesChord(press({ code: "KeyE", altKey: true, ctrlKey: true }), "Ctrl+Alt+E", false)).toBe(true);
    expect(matchesChord(press({ code: "KeyJ", shiftKey: true }), "J", false)).toBe(false);
  });

  it("tells signs by what is typed, wherever the layout has them", () => {
    expect(matchesChord(press({ code: "Minus", key: "?", shiftKey: true }), "?", false)).toBe(true);
    expect(matchesChord(press({ code: "Slash", key: "-" }), "/", false)).toBe(false);
  });

  it("knows named keys", () => {
    expect(matchesChord(press({ code: "ArrowDown", key: "ArrowDown", altKey: true }), "Alt+ArrowDown", false)).toBe(true);
    expect(matchesChord(press({ code: "Escape", key: "Escape" }), "Escape", false)).toBe(true);
  });

  it("is silent while an input method composes", () => {
    expect(matchesChord(press({ code: "KeyJ", isComposing: true }), "J", false)).toBe(false);
    expect(matchesChord(press({ code: "KeyJ", keyCode: 229 }), "J", false)).toBe(false);
  });

  it("leaves AltGraph to the layout", () => {
    const typed = press({ code: "KeyE", key: "€", ctrlKey: true, altKey: true, getModifierState: (name) => name === "AltGraph" });
    expect(matchesChord(typed, "Ctrl+Alt+E", false)).toBe(false);
  });
});

describe("isBare", () => {
  it("holds for keys that are text in a field, not for chords, Escape or function keys", () => {
    expect(["J", "?", "Shift+J", "[", "Enter"].map(isBare)).toEqual([true, true, true, true, true]);
    expect(["Alt+J", "Mod+K", "Ctrl+Alt+E", "Escape", "F6"].map(isBare)).toEqual([false, false, false, false, false]);
  });
});
