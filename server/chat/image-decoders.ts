import { DomainError } from "#server/errors.ts";
import type { Log } from "#server/log.ts";
import { type DecodedImage, type ImageProcess, startImageProcess } from "./image-process.ts";

/** A few processes that decode pictures, and the line before them. */
export type ImageDecoders = {
  /** Errors: `bad_image`, `unavailable`. */
  decode(bytes: Uint8Array, log: Log): Promise<DecodedImage>;
};

type Options = { readonly processes?: number; readonly waiting?: number; readonly limitMs?: number; readonly idleMs?: number };
type Job = { readonly bytes: Uint8Array; readonly log: Log; readonly resolve: (image: DecodedImage) => void; readonly reject: (error: unknown) => void };

/**
 * Decoders run outside this process: a picture that crashes one, or keeps it busy, costs nobody else anything, the
 * threads that serve files and passwords stay free, and what a decoder took of memory goes back with it. They are
 * started when needed, kept while there is work, and end after 30 s without any.
 */
export function createImageDecoders({ processes = 2, waiting = 32, limitMs = 5_000, idleMs = 30_000 }: Options = {}): ImageDecoders {
  const line: Job[] = [];
  const idle: ImageProcess[] = [];
  let running = 0;

  function pump(): void {
    while (running < processes) {
      const job = line.shift();
      if (job === undefined) return;
      running += 1;
      void run(job).finally(() => {
        running -= 1;
        pump();
      });
    }
  }

  async function run({ bytes, log, resolve, reject }: Job): Promise<void> {
    let decoder: ImageProcess | null = null;
    try {
      decoder = takeIdle() ?? (await startImageProcess({ log, limitMs, idleMs }));
      resolve(await decoder.decode(bytes));
    } catch (error) {
      reject(error);
    }
    if (decoder?.alive()) idle.push(decoder);
  }

  /** The one used last, so that the others grow old. */
  function takeIdle(): ImageProcess | null {
    for (let decoder = idle.pop(); decoder !== undefined; decoder = idle.pop()) if (decoder.alive()) return decoder;
    return null;
  }

  return {
    decode(bytes, log) {
      if (line.length >= waiting) {
        return Promise.reject(new DomainError("unavailable", "Too many pictures are waiting to be read. Try again in a moment.", { retryAfterMs: 2_000 }));
      }
      return new Promise((resolve, reject) => {
        line.push({ bytes, log, resolve, reject });
        pump();
      });
    },
  };
}
