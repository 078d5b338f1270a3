/** A tab that holds a lock longer than this is asleep: another goes on, so what is done under it must bear a repeat. */
const asleepMs = 30_000;

/** Runs `work` while no other tab of this browser does work of the same name. Without Web Locks every tab may. */
export async function oneAtATime<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const locks = typeof navigator === "undefined" ? undefined : navigator.locks;
  if (locks === undefined) return work();
  try {
    return await locks.request(name, { signal: AbortSignal.timeout(asleepMs) }, work);
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "TimeoutError") throw error;
    return locks.request(name, { steal: true }, work);
  }
}
