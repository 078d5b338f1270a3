import type { Fate, Framing } from "./proxy.ts";

const lineEnd = "\r\n";

/**
 * Makes a line to Redis know its answers (RESP 2), so that `decide` can lose, repeat or hold back what is
 * published; answers to commands always pass.
 */
export function redisFraming(decide: () => Fate): Framing {
  return {
    measure: (bytes) => measureReply(bytes, 0),
    decide: (message) => (isPublished(message) ? decide() : [0]),
  };
}

/** Where the reply that begins at `start` ends, counted from the beginning of the bytes; 0 while it is not complete. */
function measureReply(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(lineEnd, start);
  if (end < 0) return 0;
  const kind = String.fromCharCode(bytes[start] ?? 0);
  const count = Number(bytes.toString("latin1", start + 1, end));
  const next = end + lineEnd.length;
  if (kind === "$") {
    if (count < 0) return next;
    const whole = next + count + lineEnd.length;
    return whole <= bytes.length ? whole : 0;
  }
  if (kind !== "*") return next;
  let at = next;
  for (let n = 0; n < count; n += 1) {
    at = measureReply(bytes, at);
    if (at === 0) return 0;
  }
  return at;
}

function isPublished(message: Buffer): boolean {
  return message.subarray(0, 20).toString("latin1").startsWith("*3\r\n$7\r\nmessage\r\n");
}
