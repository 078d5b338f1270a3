import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { AnyMessage } from "#protocol/objects.ts";

import { createMessageOrder } from "./message-order.ts";

const conversationId = "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a";
const message = (seq: number): AnyMessage => ({ conversationId, seq, kind: "hidden" });

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** An order over a conversation that is stored up to `head`. */
function orderOf({ head = 0, whole = true, failures = 0 } = {}) {
  const shown: number[] = [];
  let left = failures;
  const order = createMessageOrder({
    show: ({ seq }) => shown.push(seq),
    isWhole: () => whole,
    fetch: (_, after) => {
      left -= 1;
      if (left >= 0) return Promise.reject(new Error("away"));
      return Promise.resolve(Array.from({ length: Math.max(0, head - after) }, (__, n) => message(after + 1 + n)));
    },
  });
  return { order, shown };
}

describe("messages of a conversation", () => {
  it("pass in their order, once", () => {
    const { order, shown } = orderOf();
    order.start({ heads: [{ conversationId, head: 2 }], messages: [] });
    for (const seq of [1, 2, 3, 3, 5, 4, 4, 6]) order.take(message(seq));
    expect(shown).toEqual([3, 4, 5, 6]);
  });

  it("that arrived while what was missed was looked up pass, though the head counts them already", async () => {
    const { order, shown } = orderOf({ head: 6 });
    order.start({ heads: [{ conversationId, head: 6 }], messages: [] }, [message(4), message(6)]);
    for (const seq of [4, 6]) order.take(message(seq));
    expect(shown).toEqual([4]);
    await vi.advanceTimersByTimeAsync(300);
    expect(shown).toEqual([4, 5, 6]);
  });

  it("begin with the first of a new conversation at once", () => {
    const { order, shown } = orderOf();
    order.take(message(1));
    expect(shown).toEqual([1]);
  });

  it("begin anywhere in an unknown one, after a moment for what comes out of order", async () => {
    const { order, shown } = orderOf({ head: 9 });
    order.take(message(8));
    order.take(message(7));
    expect(shown).toEqual([]);
    await vi.advanceTimersByTimeAsync(30);
    expect(shown).toEqual([7, 8]);
  });

  it("that are missing are fetched after 300 ms, and again while they cannot be had", async () => {
    const { order, shown } = orderOf({ head: 5, failures: 2 });
    order.start({ heads: [{ conversationId, head: 1 }], messages: [] });
    order.take(message(4));
    await vi.advanceTimersByTimeAsync(299);
    expect(shown).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_001);
    expect(shown).toEqual([2, 3, 4, 5]);
  });

  it("that a session is not to get are not waited for longer than that", async () => {
    const { order, shown } = orderOf({ head: 5, whole: false });
    order.start({ heads: [{ conversationId, head: 1 }], messages: [] });
    order.take(message(4));
    await vi.advanceTimersByTimeAsync(300);
    expect(shown).toEqual([4]);
  });

  it("that nobody has told of are found by the head of the conversation", async () => {
    const { order, shown } = orderOf({ head: 3 });
    order.start({ heads: [{ conversationId, head: 1 }], messages: [] });
    order.reach({ conversationId, head: 3 });
    await vi.advanceTimersByTimeAsync(300);
    expect(shown).toEqual([2, 3]);
  });

  it("are not shown any more once the session is over", async () => {
    const { order, shown } = orderOf({ head: 3 });
    order.start({ heads: [{ conversationId, head: 1 }], messages: [] });
    order.take(message(3));
    order.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shown).toEqual([]);
  });

  it("pass gapless and once, however they come", async () => {
    const arrivals = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 });
    await fc.assert(fc.asyncProperty(arrivals, fc.integer({ min: 0, max: 30 }), async (seqs, from) => {
      const { order, shown } = orderOf({ head: Math.max(from, ...seqs) });
      order.start({ heads: [{ conversationId, head: from }], messages: [] });
      for (const seq of seqs) order.take(message(seq));
      await vi.advanceTimersByTimeAsync(1_000);
      const last = Math.max(from, ...seqs.filter((seq) => seq > from));
      const gapless = Array.from({ length: last - from }, (_, n) => from + 1 + n);
      expect(shown.slice(0, gapless.length)).toEqual(gapless);
      expect(new Set(shown).size).toBe(shown.length);
    }));
  });
});
