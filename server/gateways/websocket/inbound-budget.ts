import type { Readable } from "node:stream";

import type { WebSocket } from "ws";

import { limits } from "#protocol/limits.ts";

/** Keeps the memory within bounds that frames take before they are whole, however many large ones come at once. */
export type InboundBudget = {
  /** Counts what `stream` brings until each message of `socket` is whole; whoever goes beyond the whole budget is ended. */
  watch(socket: WebSocket, stream: Readable, end: () => void): void;
};

export function createInboundBudget(capacity = 96 * 1024 * 1024): InboundBudget {
  let held = 0;
  return {
    watch(socket, stream, end) {
      let mine = 0;
      // What fits into the frame of any other gateway is not worth counting.
      const count = (bytes: number): void => {
        held += Math.max(0, bytes - limits.frameBytes) - Math.max(0, mine - limits.frameBytes);
        mine = bytes;
      };
      stream.on("data", (chunk: Buffer) => {
        count(mine + chunk.length);
        if (held <= capacity || mine <= limits.frameBytes) return;
        end();
        stream.pause();
      });
      socket.on("message", () => count(0));
      socket.once("close", () => count(0));
    },
  };
}
