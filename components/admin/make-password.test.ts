import { describe, expect, it } from "vitest";
import { limits } from "#protocol/limits.ts";
import { makePassword } from "./make-password.ts";

describe("makePassword", () => {
  it("makes long passwords without characters that look alike, each another one", () => {
    const made = Array.from({ length: 200 }, makePassword);
    expect(new Set(made).size).toBe(200);
    for (const password of made) expect(password).toMatch(/^[a-zA-Z2-9]{16}$/u);
    expect(made.join("")).not.toMatch(/[ilo01IO]/u);
    expect(made[0]?.length).toBeGreaterThanOrEqual(limits.passwordMinCharacters);
  });
});
