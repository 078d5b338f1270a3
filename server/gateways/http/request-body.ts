import type { IncomingMessage } from "node:http";

/** A body too large is read to here and then answered (CONTRACT.md section 5). */
const most = 16 * 1024 * 1024;
/** The server itself ends a request that takes 30 s, without an answer. */
const limitMs = 28_000;

/**
 * Call it when a request with a body begins. The function that it answers reads what the client still sends and forgets
 * it, because most clients look for an answer only when they have sent everything. It answers whether the body came to
 * its end within 16 MiB and 28 s, counted from the beginning; if not, the connection is of no further use.
 */
export function watchBody(req: IncomingMessage): () => Promise<boolean> {
  const { socket } = req;
  const readBefore = socket.bytesRead;
  const until = performance.now() + limitMs;

  return () => new Promise((resolve) => {
    const finish = (whole: boolean): void => {
      clearTimeout(timer);
      req.off("data", count).off("end", atEnd).off("close", atClose).pause();
      resolve(whole);
    };
    const timer = setTimeout(() => finish(false), until - performance.now());
    const atEnd = (): void => finish(true);
    const atClose = (): void => finish(req.complete);
    const count = (): void => {
      if (socket.bytesRead - readBefore > most) finish(false);
    };
    if (req.readableEnded || req.destroyed) finish(req.readableEnded);
    else req.on("data", count).on("end", atEnd).on("close", atClose).resume();
  });
}
