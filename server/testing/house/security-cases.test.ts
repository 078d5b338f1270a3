import { describe, expect, it } from "vitest";

import { readRootFile, readSources } from "./files.ts";

/** The cases that this product answers for; S34 falls away, as there is one shop per installation. */
const numbers = [
  ...between(1, 33), ...between(35, 46), 59, 60, ...between(63, 66), ...between(70, 79), ...between(109, 112), ...between(114, 118), 120,
];

const table = await readRootFile("docs/security.md");
const tests = (await readSources()).filter(({ path }) => /\.(?:test|spec)\.tsx?$/u.test(path) && !path.endsWith("security-cases.test.ts"));

function between(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Whether a title, or a row that becomes one, names the case. */
function names(text: string, number: number): boolean {
  return new RegExp(`["'\`][^"'\`\\n]*\\bS${String(number)}\\b`, "u").test(text);
}

describe("each case of the security list", () => {
  it.each(numbers)("S%i is named by a test, which its row in docs/security.md names", (number) => {
    const holding = tests.filter(({ text }) => names(text, number)).map(({ path }) => path);
    expect(holding).not.toEqual([]);
    const row = table.split("\n").find((line) => line.startsWith(`| S${String(number)} |`)) ?? "";
    const named = [...row.matchAll(/`([^`]+\.(?:test|spec)\.tsx?)`/gu)].map(([, path = ""]) => path);
    expect(new Set(named)).toEqual(new Set(holding));
  });

  it("has one row, and no row is of another", () => {
    const rows = [...table.matchAll(/^\| S(\d+) \|/gmu)].map((match) => Number(match[1]));
    expect(rows).toEqual(numbers);
  });
});
