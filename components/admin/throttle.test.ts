import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { throttle } from "./throttle.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function count() {
  const times: number[] = [];
  return { times, work: () => void times.push(Date.now()) };
}

describe("throttle", () => {
  it("works at once", () => {
    const { times, work } = count();
    throttle(work, 1_000).call();
    expect(times).toHaveLength(1);
  });

  it("works once more after a burst, and not sooner than told", () => {
    const { times, work } = count();
    const { call } = throttle(work, 1_000);
    for (let calls = 0; calls < 10; calls += 1) call();
    vi.advanceTimersByTime(999);
    expect(times).toHaveLength(1);
    vi.advanceTimersByTime(5_000);
    expect(times).toHaveLength(2);
    call();
    expect(times).toHaveLength(3);
  });

  it("forgets what is due when it is stopped", () => {
    const { times, work } = count();
    const { call, stop } = throttle(work, 1_000);
    call();
    call();
    stop();
    vi.advanceTimersByTime(5_000);
    expect(times).toHaveLength(1);
  });
});
