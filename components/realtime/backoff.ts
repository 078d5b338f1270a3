/**
 * How long to wait before the next attempt: 1, 2, 4 … 30 s, each spread by half to both sides, so that a thousand
 * browsers do not come back in the same moment. `attempt` counts from 0.
 */
export function backoffMs(attempt: number, random: number = Math.random()): number {
  const base = Math.min(30_000, 1_000 * 2 ** Math.min(attempt, 10));
  return Math.round(base * (0.5 + random));
}

/** A wait that ends early when the signal is given. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}
