import { describe, expect, it } from "vitest";
import { readSources, type SourceFile } from "./files.ts";

const sources = await readSources();
const isTest = ({ path }: SourceFile): boolean => /\.(?:test|spec)\.tsx?$/u.test(path);
const tests = sources.filter(isTest);
const rooms = /^(?:app|components|protocol|server|widget)\//u;
const products = sources.filter((file) => rooms.test(file.path) && !isTest(file) && !file.path.includes("/testing/"));

/** The paths of those files in which `pattern` stands. */
function having(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
}

describe("every file", () => {
  it("is found", () => {
    expect(products.length).toBeGreaterThan(20);
    expect(tests.length).toBeGreaterThan(5);
  });

  it("has at most 300 lines", () => {
    const long = sources.filter(({ text }) => text.trimEnd().split("\n").length > 300);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it("has a kebab-case name, in a folder with one", () => {
    const file = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)+$/u;
    // Next's own signs around a name: [id], [...path], (group), _private.
    const folder = /^(?:\.?[a-z0-9]+(?:-[a-z0-9]+)*|\[(?:\.\.\.)?[a-z0-9]+(?:-[a-z0-9]+)*\]|\([a-z0-9-]+\)|_[a-z0-9-]+)$/iu;
    const odd = sources.filter(({ path }) => {
      const parts = path.split("/");
      const name = parts.pop() ?? "";
      return !file.test(name) || parts.some((part) => !folder.test(part) || part !== part.toLowerCase());
    });
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  it("is named for what it is about", () => {
    const empty = new Set(["util", "utils", "utility", "helper", "helpers", "manager", "managers", "common", "misc"]);
    const vague = sources.filter(({ path }) => path.split(/[/.-]/u).some((word) => empty.has(word.toLowerCase())));
    expect(vague.map(({ path }) => path)).toEqual([]);
  });

  it("has a content of its own, not only other files' exports", () => {
    const barrels = sources.filter(({ path, text }) => {
      if (!/\.tsx?$/u.test(path)) return false;
      const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, "").trim();
      return code !== "" && code.replaceAll(/export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+"[^"]+";?/gu, "").trim() === "";
    });
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });

  it("leaves nothing for later", () => {
    // Written in two parts, so that this file does not find itself.
    expect(having(sources, new RegExp(`\\b(?:TO${"DO"}|FIX${"ME"}|XX${"X"})\\b`, "u"))).toEqual([]);
  });

  it("has no emoji in its code", () => {
    expect(having(sources.filter((file) => !isTest(file)), /\p{Emoji_Presentation}/u)).toEqual([]);
  });
});

describe("the product", () => {
  it("does not import what is made for tests", () => {
    expect(having(products, /from "(?:#server\/testing\/|\.\/testing\/|vitest|fast-check|@playwright\/)/u)).toEqual([]);
  });

  it("has no Server Actions", () => {
    expect(having(products, /^\s*["']use server["']/mu)).toEqual([]);
  });
});

describe("a test", () => {
  it("is never left out, alone or only announced", () => {
    expect(having(tests, /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|only|todo|fixme|fails|skipIf|runIf)\b/u)).toEqual([]);
  });

  it("does not replace our own code", () => {
    expect(having(tests, /\bvi\.(?:mock|doMock|hoisted)\(/u)).toEqual([]);
  });

  it("waits for what it expects, never for a time", () => {
    expect(having(tests, /\bwaitForTimeout\(|from "(?:node:)?timers\/promises"|\bawait new Promise\(\(?\w+\)? => setTimeout\(/u)).toEqual([]);
  });
});
