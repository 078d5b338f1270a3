import { describe, expect, it, vi } from "vitest";
import { createStore } from "zustand/vanilla";

import { pace } from "./pace.ts";

describe("a paced store", () => {
  it("tells of a change at once, and of a burst after it once more", () => {
    vi.useFakeTimers();
    const store = createStore(() => 0);
    const paced = pace(store);
    const seen: [number, number][] = [];
    const stop = paced.subscribe((state, before) => seen.push([state, before]));
    for (let n = 1; n <= 100; n += 1) store.setState(n, true);
    expect(paced.getState()).toBe(100);
    expect(seen).toEqual([[1, 0]]);
    vi.advanceTimersByTime(16);
    expect(seen).toEqual([[1, 0], [100, 1]]);
    vi.advanceTimersByTime(100);
    paced.setState(101, true);
    expect(seen.at(-1)).toEqual([101, 100]);
    stop();
    vi.advanceTimersByTime(100);
    paced.setState(102, true);
    expect(seen).toHaveLength(3);
    vi.useRealTimers();
  });
});
