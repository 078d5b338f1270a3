import { DomainError } from "#server/errors.ts";

/** Lets a few pieces of work run at once; the others wait, and when too many wait, the next is refused. */
export type Turns = {
  /** Errors: `unavailable` when too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** How many pieces of work were begun. */
  readonly begun: number;
};

/** Makes turns for `atOnce` pieces of work, with room for `mostWaiting` more. */
export function createTurns({ atOnce, mostWaiting }: { atOnce: number; mostWaiting: number }): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  let begun = 0;

  async function takeTurn(): Promise<void> {
    if (running < atOnce) {
      running += 1;
      return;
    }
    if (waiting.length >= mostWaiting) {
      throw new DomainError("unavailable", "Too many requests of this kind are waiting. Try again soon.", { retryAfterMs: 2_000 });
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  /** The turn goes to whoever waits longest, without a moment in which it is free. */
  function passOn(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return {
    get begun() {
      return begun;
    },
    async run(work) {
      await takeTurn();
      begun += 1;
      try {
        return await work();
      } finally {
        passOn();
      }
    },
  };
}
