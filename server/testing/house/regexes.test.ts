import { describe, expect, it } from "vitest";

import { readSources } from "./files.ts";

/** What makes a pattern go back and forth: long runs of what it repeats, and an end that does not fit. */
const runs = ["a", "A", "1", " ", "\t", "\n", "-", ".", ":", ";", "/", "\\", "=", "%", "<", "[", "{", "(", '"', "'", "&", "_", "@", "é", "汉", "a.", "a-", "a b", "a=", "%41", "/a", "\\\\", "a@a.", "0:", "{}", "\"\":", "::", "../"];
const ends = ["", "!", "\n!", "\u0000"];
const length = 50_000;
const limitMs = 50;

type Found = { readonly path: string; readonly pattern: RegExp };

/* Where a pattern may begin, and the pattern with its flags. */
const literal = /(?<=[(,=:!&|?[{;]\s*|\breturn\s+|=>\s*)(\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/)([dgimsuvy]*)(?=[\s.,;:)\]}])/gu;

/** Every pattern that stands in the product's own code. */
async function findPatterns(): Promise<Found[]> {
  const sources = (await readSources()).filter(({ path }) => /^(?:app|components|protocol|server|widget)\/.*\.tsx?$/.test(path) && !/\.test\.tsx?$|\/testing\//.test(path));
  return sources.flatMap(({ path, text }) => {
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    return [...code.matchAll(literal)].map(([, body = "", flags = ""]) => ({ path, pattern: new RegExp(body.slice(1, -1), flags) }));
  });
}

/** Milliseconds; the best of three, as the machine does other things too. */
function timeOf(pattern: RegExp, text: string): number {
  let best = Infinity;
  for (let run = 0; run < 3 && best > limitMs; run += 1) {
    const begun = performance.now();
    text.replace(pattern, "");
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}

const patterns = await findPatterns();

describe("a pattern of the product", () => {
  it("is found", () => {
    expect(patterns.length).toBeGreaterThan(50);
  });

  it("S74 looks through 50,000 characters within 50 ms, whatever they are", () => {
    const slow = patterns.flatMap(({ path, pattern }) => runs.flatMap((run) => ends.flatMap((end) => {
      const ms = timeOf(pattern, run.repeat(length / run.length) + end);
      return ms > limitMs ? [`${path} ${String(pattern)} on ${JSON.stringify(run)} … ${JSON.stringify(end)}: ${Math.round(ms)} ms`] : [];
    })));
    expect(slow).toEqual([]);
  });
});
