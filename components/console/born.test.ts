import { v7 } from "uuid";
import { describe, expect, it } from "vitest";
import { bornAt } from "./born.ts";

describe("bornAt", () => {
  it("reads the time out of a UUIDv7", () => {
    const at = Date.parse("2026-11-20T10:00:00.123Z");
    expect(bornAt(v7({ msecs: at }))).toBe(at);
  });

  it("knows nothing of other ids", () => {
    expect(bornAt("9b2d1c9e-5c1a-4a57-8f0b-6c3a0d5e7f10")).toBeNull();
    expect(bornAt("")).toBeNull();
  });
});
