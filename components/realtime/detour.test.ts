import { describe, expect, it } from "vitest";

import { createDetour } from "./detour.ts";

describe("the way around a node that hangs", () => {
  it("is the usual way with the usual patience until a line goes silent", () => {
    const detour = createDetour();
    expect([detour.query, detour.limitMs]).toEqual([{}, 10_000]);
    expect(detour.giveUp()).toBe(false);
    expect([detour.query, detour.limitMs]).toEqual([{ try: "1" }, 10_000]);
  });

  it("leads elsewhere with each attempt, two of them soon, then with more patience", () => {
    const detour = createDetour();
    detour.leave();
    const seen = Array.from({ length: 4 }, () => [detour.query["try"], detour.limitMs, detour.giveUp()]);
    expect(seen).toEqual([["1", 3_000, true], ["2", 5_000, true], ["3", 10_000, false], ["4", 10_000, false]]);
  });

  it("stays where it led to", () => {
    const detour = createDetour();
    detour.leave();
    detour.arrive();
    expect([detour.query, detour.limitMs]).toEqual([{ try: "1" }, 10_000]);
  });
});
