/** What a load does; a relay takes no tokens. Durations in seconds. */
export type LoadTask = { url: string; customers: (string | null)[]; waiters: (string | null)[]; warmUp: number; measure: number };
/** Milliseconds and messages. `delivered` counts messages at one waiter. */
export type LoadResult = { sent: number; seconds: number; failed: number; acknowledged: Quantiles; delivered: Quantiles; deliveries: number };
export type Quantiles = { p50: number; p99: number; max: number };

export function quantilesOf(values: number[]): Quantiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** The task that stands on standard input. */
export async function readTask<Task extends LoadTask>(): Promise<Task> {
  let text = "";
  for await (const chunk of process.stdin) text += String(chunk);
  return JSON.parse(text);
}
