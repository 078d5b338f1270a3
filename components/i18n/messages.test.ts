import compile from "icu-minify/compile";
import { describe, expect, it } from "vitest";
import en from "#messages/en.json";
import zhCN from "#messages/zh-CN.json";
import { errors } from "#protocol/errors.ts";

const english = new Map(flatten(en));
const chinese = new Map(flatten(zhCN));

describe("the texts", () => {
  it("have the same keys in both languages", () => {
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  it("are never empty", () => {
    expect([...english, ...chinese].filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  it("take the same arguments in both languages", () => {
    const different = [...english].filter(([key, text]) => argumentsOf(text) !== argumentsOf(chinese.get(key) ?? ""));
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it("have full-width punctuation and room around Latin words and numbers in Chinese", () => {
    const faults = /\p{Script=Han}[,.;:!?]|[,;:!?]\p{Script=Han}|\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u;
    expect([...chinese].filter(([, text]) => faults.test(text.replaceAll(/\{\w+, (plural|select)[^]*/g, "")))).toEqual([]);
  });

  it("have no Chinese in English", () => {
    expect([...english].filter(([, text]) => /\p{Script=Han}/u.test(text))).toEqual([]);
  });

  it("tell every error of the contract", () => {
    expect(Object.keys(en.errors)).toEqual(expect.arrayContaining(Object.keys(errors)));
  });
});

function flatten(tree: object, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null ? flatten(value, `${path}${key}.`) : [[path + key, String(value)]],
  );
}

/** Names of a text's arguments and tags, sorted; a text that does not parse throws. */
function argumentsOf(text: string): string {
  const compiled = compile(text);
  return [...new Set(typeof compiled === "string" ? [] : namesIn(compiled))].toSorted().join(" ");
}

// A node is text, 0 for "#", or [name, type?, ...rest]: types 1 to 3 carry options, 4 to 6 a style, none of them is a tag.
function namesIn(nodes: readonly unknown[]): string[] {
  return nodes.flatMap((node) => {
    if (!Array.isArray(node)) return [];
    const [name, type, ...rest]: unknown[] = node;
    const isChoice = type === 1 || type === 2 || type === 3;
    const isFormat = type === 4 || type === 5 || type === 6;
    const children = isChoice ? Object.values(rest[0] ?? {}).flat() : isFormat ? [] : [type, ...rest];
    return [String(name), ...namesIn(children)];
  });
}
