/** Calls `work` at once, then at most every `ms`, and after a burst once more. `stop` forgets what is due. */
export function throttle(work: () => void, ms: number): { call: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = false;

  function run(): void {
    due = false;
    work();
    timer = setTimeout(() => {
      timer = undefined;
      if (due) run();
    }, ms);
  }

  return {
    call() {
      if (timer === undefined) run();
      else due = true;
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      due = false;
    },
  };
}
