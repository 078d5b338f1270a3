import { describe, expect, it } from "vitest";
import { waitingLevel } from "./waiting.ts";

describe("waitingLevel", () => {
  it("stays calm below 40 s, turns amber there and red at 100 s", () => {
    expect([0, 39_999, 40_000, 99_999, 100_000].map(waitingLevel)).toEqual(["calm", "calm", "amber", "amber", "red"]);
  });
});
