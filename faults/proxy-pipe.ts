import type { Socket } from "node:net";

import type { Framing, Weather } from "./proxy.ts";

/** One direction of one connection. */
export type Pipe = {
  /** The weather has changed. */
  wake(): void;
  /** Resets the connection after so many more bytes. */
  cutAfter(bytes: number): void;
  /** Calls back once, as soon as this direction is not silent any more. */
  whenHealed(work: () => void): void;
};

type Options = {
  readonly from: Socket;
  readonly into: Socket;
  readonly weather: () => Weather;
  readonly framing: Framing | undefined;
  readonly onBytes: (count: number) => void;
};

/** What waits on its way; null is the end of this direction. */
type Waiting = { bytes: Buffer | null; due: number };

/** More than this on its way stops the reading, as a full network does. */
const longestQueue = 1_000_000;

/** Carries what one socket says into the other, through the weather. */
export function openPipe({ from, into, weather, framing, onBytes }: Options): Pipe {
  const queue: Waiting[] = [];
  let queued = 0;
  let lastDue = 0;
  let left = Infinity;
  let unframed: Buffer = Buffer.alloc(0);
  let timer: NodeJS.Timeout | undefined;
  let healed: (() => void) | null = null;

  function add(bytes: Buffer | null): void {
    const { latencyMs, jitterMs, bytesPerSecond } = weather();
    const now = performance.now();
    const soonest = now + latencyMs + Math.random() * jitterMs;
    const behind = bytesPerSecond === null ? lastDue : Math.max(lastDue, now) + ((bytes?.length ?? 0) / bytesPerSecond) * 1_000;
    lastDue = Math.max(soonest, behind);
    queue.push(...slice(bytes, weather().sliceBytes).map((piece) => ({ bytes: piece, due: lastDue })));
    queued += bytes?.length ?? 0;
    if (queued > longestQueue) from.pause();
    pump();
  }

  function addFrames(chunk: Buffer, { measure, decide }: Framing): void {
    unframed = unframed.length === 0 ? chunk : Buffer.concat([unframed, chunk]);
    for (let length = measure(unframed); length > 0; length = measure(unframed)) {
      const message = Buffer.from(unframed.subarray(0, length));
      unframed = unframed.subarray(length);
      for (const ms of decide(message)) {
        if (ms === 0) add(message);
        else setTimeout(() => add(message), ms);
      }
    }
  }

  function pump(): void {
    clearTimeout(timer);
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      if (weather().silent) return;
      const wait = next.due - performance.now();
      if (wait > 0.5) {
        timer = setTimeout(pump, wait);
        return;
      }
      queue.shift();
      if (next.bytes === null) into.end();
      else hand(next.bytes);
      // A pause between slices: what is written in one go arrives in one piece.
      if (weather().sliceBytes !== null) {
        timer = setTimeout(pump, 1);
        return;
      }
    }
    if (queued <= longestQueue && from.isPaused() && !into.writableNeedDrain) from.resume();
  }

  function hand(bytes: Buffer): void {
    queued -= bytes.length;
    if (into.destroyed) return;
    const whole = bytes.length < left;
    const carried = whole ? bytes : bytes.subarray(0, left);
    onBytes(carried.length);
    if (!into.write(carried)) from.pause();
    left -= bytes.length;
    if (whole) return;
    for (const socket of [from, into]) socket.resetAndDestroy();
  }

  from.on("data", (chunk: Buffer) => (framing === undefined ? add(chunk) : addFrames(chunk, framing)));
  from.on("end", () => add(null));
  into.on("drain", pump);

  return {
    wake() {
      pump();
      if (healed === null || weather().silent) return;
      healed();
      healed = null;
    },
    cutAfter(bytes) {
      left = bytes;
    },
    whenHealed(work) {
      healed = work;
    },
  };
}

function slice(bytes: Buffer | null, size: number | null): (Buffer | null)[] {
  if (bytes === null || size === null) return [bytes];
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
}
