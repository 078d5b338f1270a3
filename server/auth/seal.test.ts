import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { seal, unseal } from "./seal.ts";

const key = randomBytes(32);

describe("a sealed text", () => {
  it("opens under its key alone", () => {
    const sealed = seal(key, "小二 whsec_x");
    expect(unseal(key, sealed)).toBe("小二 whsec_x");
    expect(unseal(randomBytes(32), sealed)).toBeNull();
    expect(sealed.toString("utf8")).not.toContain("whsec_");
  });

  it("differs each time and shows each change", () => {
    const sealed = seal(key, "x");
    expect(seal(key, "x")).not.toEqual(sealed);
    for (const index of sealed.keys()) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(unseal(key, changed)).toBeNull();
    }
    for (const length of [0, 1, 27]) expect(unseal(key, sealed.subarray(0, length))).toBeNull();
  });
});
