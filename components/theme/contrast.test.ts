import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../../app/styles/tokens.css", import.meta.url), "utf8");
const [, lightCss = "", darkCss = ""] = /:root \{([^]*?)@variant dark \{([^]*?)\n {2}\}/.exec(css) ?? [];
const light = tokens(lightCss);
const themes = { light, dark: { ...light, ...tokens(darkCss) } };

/** Text on ground: at least 4.5 (WCAG 2.2, 1.4.3). */
const texts: Record<string, string> = {
  fg: "surface canvas sunken hover active bubble-in",
  fg2: "surface canvas sunken hover active",
  fg3: "surface canvas sunken hover active",
  "accent-text": "surface accent-bg active",
  success: "surface success-bg",
  warning: "surface warning-bg",
  danger: "surface danger-bg",
  "note-text": "note",
};

/** White on solid fills. */
const fills = ["accent", "accent-hover", "bubble-out", "danger-solid", "danger-solid-hover"] as const;

/** Marks and edges: at least 3 (1.4.11). */
const marks = ["control", "online", "away", "offline", "focus", "chart-1", "chart-2", "chart-3", "chart-4", "chart-5"] as const;

describe.each(Object.entries(themes))("the %s theme", (_name, theme) => {
  it.each(Object.entries(texts))("has readable %s", (token, grounds) => {
    for (const ground of grounds.split(" ")) expect(contrast(theme[token], theme[ground]), ground).toBeGreaterThanOrEqual(4.5);
  });

  it.each(fills)("has readable white on %s", (fill) => {
    expect(contrast("#ffffff", theme[fill])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(marks)("has a visible %s on surface", (mark) => {
    expect(contrast(theme[mark], theme["surface"])).toBeGreaterThanOrEqual(3);
  });
});

function tokens(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[\da-f]{6});/g)].map(([, name, colour]) => [name, colour]));
}

/** The ratio of WCAG 2: (lighter + 0.05) / (darker + 0.05) of relative luminances. */
function contrast(one = "", other = ""): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
