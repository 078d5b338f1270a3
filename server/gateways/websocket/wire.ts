import { WebSocket } from "ws";

import { limits } from "#protocol/limits.ts";
import type { Reading } from "#server/gateways/command-queue.ts";

/** One WebSocket with what every gateway asks of it. */
export type Wire = Reading & {
  /** Sends a text frame; one that may be lost is left out while the client is behind. */
  send(frame: Buffer, mayBeLost?: boolean): void;
  /** What was sent and has not left this process. */
  backlog(): { frames: number; bytes: number };
  /** Sends a ping at once and answers its number. */
  ping(): number;
  close(code: number, reason: string): void;
  /** Asks for a sign of life, or ends a connection that owes one. To be called every second. */
  look(now: number): void;
};

const lossyFrames = 64;

/** `onPong`: the client answered the ping of this number, and all before it. */
export function createWire(socket: WebSocket, onPong: (ping: number) => void): Wire {
  let waiting = 0;
  let holds = 0;
  let pings = 0;
  let pingedAt = performance.now();
  /** Since when an answer to a ping is owed; null: none is. */
  let owedSince: number | null = null;

  const heard = (): void => {
    owedSince = null;
  };
  const left = (): void => {
    waiting -= 1;
  };
  socket.on("message", heard);
  socket.on("ping", heard);
  socket.on("pong", (data) => {
    heard();
    if (data.length === 4) onPong(data.readUInt32BE());
  });

  function ping(): number {
    pings += 1;
    const number = Buffer.alloc(4);
    number.writeUInt32BE(pings);
    pingedAt = performance.now();
    owedSince ??= pingedAt;
    if (socket.readyState === WebSocket.OPEN) socket.ping(number);
    return pings;
  }

  return {
    ping,
    pause() {
      holds += 1;
      socket.pause();
    },
    resume() {
      holds -= 1;
      if (holds > 0) return;
      heard();
      socket.resume();
    },
    backlog: () => ({ frames: waiting, bytes: socket.bufferedAmount }),
    send(frame, mayBeLost = false) {
      if (socket.readyState !== WebSocket.OPEN || (mayBeLost && waiting > lossyFrames)) return;
      waiting += 1;
      socket.send(frame, { binary: false }, left);
    },
    close(code, reason) {
      // Whoever is not read from cannot answer the goodbye.
      socket.resume();
      socket.close(code, reason);
    },
    look(now) {
      if (socket.readyState !== WebSocket.OPEN) return;
      // While it is not read from, its answers are not either.
      if (socket.isPaused) heard();
      else if (owedSince !== null && now - owedSince > limits.heartbeatTimeoutMs) socket.terminate();
      else if (owedSince === null && now - pingedAt >= limits.heartbeatMs) ping();
    },
  };
}
