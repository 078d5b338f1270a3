import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

/** Work that ends when it is told to. */
function heldWork(): { work: () => Promise<void>; finish: () => void } {
  let finish = (): void => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { work: () => held, finish };
}

test("runs no more at once than it may, in the order of arrival", async () => {
  const turns = createTurns({ atOnce: 2, mostWaiting: 10 });
  let running = 0;
  const order: number[] = [];
  await Promise.all(Array.from({ length: 10 }, (_, index) => turns.run(async () => {
    running += 1;
    order.push(index);
    expect(running).toBeLessThanOrEqual(2);
    await new Promise(setImmediate);
    running -= 1;
  })));
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(turns.begun).toBe(10);
});

test("refuses whoever finds too many waiting, and only then", async () => {
  const turns = createTurns({ atOnce: 1, mostWaiting: 1 });
  const { work, finish } = heldWork();
  const first = turns.run(work);
  const second = turns.run(() => Promise.resolve("second"));
  await expect(turns.run(() => Promise.resolve("third"))).rejects.toMatchObject({ code: "unavailable", retryAfterMs: 2_000 });
  finish();
  await first;
  expect(await second).toBe("second");
  expect(await turns.run(() => Promise.resolve("fourth"))).toBe("fourth");
});

test("passes the turn on when work fails", async () => {
  const turns = createTurns({ atOnce: 1, mostWaiting: 5 });
  const failing = turns.run(() => Promise.reject(new Error("no")));
  const next = turns.run(() => Promise.resolve("next"));
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("next");
});
