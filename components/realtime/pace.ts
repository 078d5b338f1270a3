import type { StoreApi } from "zustand/vanilla";

/** One frame of a usual screen, in milliseconds. */
const frameMs = 16;

/**
 * The same store, telling its listeners of a change at once, and of those that follow within a frame together. What is
 * read from it is always the newest. A burst of events (an hour of messages after a break) is one render, not hundreds.
 */
export function pace<State>(store: StoreApi<State>): StoreApi<State> {
  const listeners = new Set<(state: State, before: State) => void>();
  let told = store.getState();
  let toldAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tell(): void {
    timer = undefined;
    const state = store.getState();
    const before = told;
    told = state;
    toldAt = performance.now();
    for (const listener of listeners) listener(state, before);
  }

  store.subscribe(() => {
    if (timer !== undefined) return;
    const restMs = toldAt + frameMs - performance.now();
    if (restMs <= 0) tell();
    else timer = setTimeout(tell, restMs);
  });

  return {
    ...store,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
