import { validate, version } from "uuid";
import { expect, it } from "vitest";

import { createId } from "./ids.ts";

it("makes UUIDs of version 7 that sort by the millisecond they were made in", async () => {
  const first = createId();
  await new Promise((resolve) => {
    setTimeout(resolve, 2);
  });
  const second = createId();
  expect([validate(first), version(first)]).toEqual([true, 7]);
  expect(first < second).toBe(true);
  expect(Math.abs(Number.parseInt(first.replace("-", "").slice(0, 12), 16) - Date.now())).toBeLessThan(5_000);
  expect(new Set(Array.from({ length: 10_000 }, createId)).size).toBe(10_000);
});
