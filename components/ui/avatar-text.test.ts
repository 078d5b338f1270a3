import { describe, expect, it } from "vitest";
import { avatarHue, avatarHues, avatarLetters } from "./avatar-text.ts";

describe("avatarLetters", () => {
  it("takes the last two characters of a Chinese name", () => {
    expect(["王小明", "欧阳锋", "陈", "访客 3021"].map((name) => avatarLetters(name, 2))).toEqual(["小明", "阳锋", "陈", "访客"]);
    expect(avatarLetters("王小明", 1)).toBe("明");
  });

  it("takes the first letters of the first and last word of others", () => {
    expect(["Ada King Lovelace", "jonas@example.com", "zoë"].map((name) => avatarLetters(name, 2))).toEqual(["AL", "JC", "Z"]);
    expect(avatarLetters("Ada Lovelace", 1)).toBe("A");
  });

  it("is empty when a name has no letters", () => {
    expect(["", "  ", "😀", "--"].map((name) => avatarLetters(name, 2))).toEqual(["", "", "", ""]);
  });
});

describe("avatarHue", () => {
  it("gives an id the same hue each time and uses all of them", () => {
    const ids = Array.from({ length: 500 }, (_, index) => `id-${index}`);
    expect(avatarHue("id-1")).toBe(avatarHue("id-1"));
    expect(new Set(ids.map(avatarHue)).size).toBe(avatarHues);
  });
});
