import type { StoreApi } from "zustand/vanilla";

/** For tests: the first state, from now on, that fits. Fails with what there was instead after 10 s. */
export function until<State>(store: StoreApi<State>, fits: (state: State) => boolean): Promise<State> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      unsubscribe();
      reject(new Error(`It never came to that. Last: ${show(store.getState())}`));
    }, 10_000);
    const look = (state: State) => {
      if (!fits(state)) return;
      clearTimeout(timer);
      unsubscribe();
      resolve(state);
    };
    const unsubscribe = store.subscribe(look);
    look(store.getState());
  });
}

function show(state: unknown): string {
  return JSON.stringify(state, (_, value: unknown) => (value instanceof Map ? [...value] : value instanceof Set ? [...value] : value)).slice(0, 4_000);
}
