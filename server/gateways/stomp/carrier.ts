import type { Reading } from "#server/gateways/command-queue.ts";

/** What carries one connection: a WebSocket, or SockJS over one or over HTTP. */
export type Carrier = Reading & {
  /** Sends one text; one that may be lost is left out while the client is behind. */
  send(text: string, mayBeLost?: boolean): void;
  /** Asks the client for a sign that it got all that was sent so far; answers the number of the question. */
  ping(): number;
  /** Closes after what was sent. */
  close(code: number, reason: string): void;
  /** What was sent and not yet taken by the client's side. */
  backlog(): { frames: number; bytes: number };
};

/** What happens on a carrier. */
export type Rider = {
  /** A text or a part of one. */
  data(chunk: string | Buffer): void;
  /** The client answered the question of this number, and all before it. */
  pong(ping: number): void;
  /** It is gone; in order: the other side took leave. */
  closed(inOrder: boolean): void;
};
