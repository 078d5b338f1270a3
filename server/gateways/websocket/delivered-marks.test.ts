import { expect, it } from "vitest";

import { createDeliveredMarks } from "./delivered-marks.ts";

/** Marks whose pings and writes are written down. */
function makeMarks() {
  const stored: [string, number][] = [];
  let pings = 0;
  const marks = createDeliveredMarks({
    ping: () => (pings += 1),
    store: async (all) => void stored.push(...all),
  });
  return { marks, stored, pings: () => pings };
}

it("stores how far the client had come when its ping was answered", async () => {
  const { marks, stored, pings } = makeMarks();
  marks.sent("a", 1);
  marks.sent("a", 2);
  expect(pings()).toBe(1);
  expect(stored).toEqual([]);
  marks.confirmed(1);
  await marks.close(false);
  expect(stored).toEqual([["a", 1]]);
});

it("asks once more for what went out meanwhile", async () => {
  const { marks, stored, pings } = makeMarks();
  marks.sent("a", 1);
  marks.sent("a", 3);
  marks.sent("b", 2);
  marks.confirmed(1);
  await expect.poll(pings).toBe(2);
  marks.confirmed(2);
  await marks.close(false);
  expect(stored).toEqual([["a", 1], ["a", 3], ["b", 2]]);
});

it("takes a connection that is closed in order for one that has got everything", async () => {
  const { marks, stored } = makeMarks();
  marks.sent("a", 1);
  marks.sent("a", 2);
  await marks.close(true);
  expect(stored).toEqual([["a", 2]]);
});

it("stores nothing of what a connection that broke was sent last", async () => {
  const { marks, stored } = makeMarks();
  marks.sent("a", 1);
  await marks.close(false);
  expect(stored).toEqual([]);
});
