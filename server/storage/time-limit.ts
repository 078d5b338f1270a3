import { DomainError } from "#server/errors.ts";
import type { Log } from "#server/log.ts";

/** Milliseconds that one call to the store may take. */
export const storeLimit = 10_000;

type Call<T> = { readonly log: Log; readonly what: string; readonly work: () => Promise<T> };

/**
 * Runs one call to the store. Whatever goes wrong, and whatever takes longer than 10 s (a network disk may hang for
 * ever), is logged and answered as `unavailable`: the client tries again, and messages go on meanwhile.
 */
export async function callStore<T>({ log, what, work }: Call<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${storeLimit} ms`)), storeLimit);
  });
  try {
    return await Promise.race([work(), limit]);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    log.error({ err: error }, `the file store failed to ${what}`);
    throw new DomainError("unavailable", "The store for pictures does not answer. Try again later.", { cause: error, retryAfterMs: 5_000 });
  } finally {
    clearTimeout(timer);
  }
}
