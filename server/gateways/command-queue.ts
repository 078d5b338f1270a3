import { limits } from "#protocol/limits.ts";

/** The commands of one session: carried out one after the other, in the order they came. */
export type CommandQueue = { push(work: () => Promise<void>): void };

/** How a gateway stops and goes on reading from its client. */
export type Reading = { pause(): void; resume(): void };

/**
 * Makes the queue of one session. Beyond 32 waiting commands it stops reading, so that a client that
 * floods is held back by its own connection and nothing is lost or closed. `work` must not reject.
 */
export function createCommandQueue(reading: Reading): CommandQueue {
  const waiting: (() => Promise<void>)[] = [];
  let running = false;
  let paused = false;

  function next(): void {
    const work = waiting.shift();
    if (work === undefined) {
      running = false;
      return;
    }
    if (paused && waiting.length < limits.waitingCommands / 2) {
      paused = false;
      reading.resume();
    }
    void work().finally(next);
  }

  return {
    push(work) {
      waiting.push(work);
      if (!paused && waiting.length > limits.waitingCommands) {
        paused = true;
        reading.pause();
      }
      if (running) return;
      running = true;
      next();
    },
  };
}
