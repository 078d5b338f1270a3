import { describe, expect, it } from "vitest";
import { matchesWords } from "./search.ts";

describe("matchesWords", () => {
  it("finds every word in any order and case", () => {
    expect(matchesWords("ADA refund", ["Ada Lovelace", "Where is my Refund?"])).toBe(true);
    expect(matchesWords("ada order", ["Ada Lovelace", "Where is my Refund?"])).toBe(false);
  });

  it("finds Chinese inside a text", () => {
    expect(matchesWords("小明", ["王小明"])).toBe(true);
  });

  it("finds everything when nothing was typed", () => {
    expect(matchesWords("  ", ["x"])).toBe(true);
  });
});
