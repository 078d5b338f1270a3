import type { ServerResponse } from "node:http";

import type { Carrier, Rider } from "./carrier.ts";
import { closeFrame } from "./web-socket-carrier.ts";

/** How a response carries frames: one frame a response, or a stream of them. */
export type Channel = { readonly type: string; readonly prelude: string; readonly streams: boolean; readonly wrap: (frame: string) => string };

export type ChannelName = "xhr" | "xhr_streaming" | "eventsource";

/** The transports over HTTP whose requests say where they come from; those that a script tag can ask for are not offered. */
export const channels: Readonly<Record<ChannelName, Channel>> = {
  xhr: { type: "application/javascript; charset=UTF-8", prelude: "", streams: false, wrap: (frame) => `${frame}\n` },
  // Some browsers show nothing of a response before they have 2 KiB of it.
  xhr_streaming: { type: "application/javascript; charset=UTF-8", prelude: `${"h".repeat(2_048)}\n`, streams: true, wrap: (frame) => `${frame}\n` },
  eventsource: { type: "text/event-stream; charset=UTF-8", prelude: "\r\n", streams: true, wrap: (frame) => `data: ${frame}\r\n\r\n` },
};

/** One SockJS connection over HTTP: what waits for the client goes out with the response that it holds open. */
export type SockJsSession = {
  /** The client holds a response open. */
  attach(res: ServerResponse, channel: Channel): void;
  /** The client sends texts; resolves when it may send more. */
  take(texts: readonly string[]): Promise<void>;
  /** Speaks where it must not be silent, and ends what is gone. To be called every second. */
  look(now: number): void;
  /** Ends it at once. */
  drop(): void;
};

type Held = { readonly res: ServerResponse; readonly channel: Channel; readonly since: number; spokeAt: number; written: number };

/** Silence is broken after this, which ends a response that carries one frame. */
const heartbeatMs = 15_000;
/** A stream is begun anew after this: only by asking again does a client show that it is there. */
const streamMs = 19_000;
const streamBytes = 128 * 1024;
/** Who holds no response for so long is gone. */
const absentMs = 5_000;

export function createSockJsSession(serve: (carrier: Carrier) => Rider, onGone: () => void): SockJsSession {
  let held: Held | null = null;
  let released: ServerResponse | null = null;
  let absentSince = performance.now();
  let waiting: string[] = [];
  let waitingBytes = 0;
  /** How it ends, once that is said. */
  let last: string | null = null;
  let greeted = false;
  let gone = false;
  let paused = false;
  const takers: (() => void)[] = [];
  /** Questions asked; and up to which all that was sent before has gone out. */
  let pings = 0;
  let sentPings = 0;

  function write(frame: string): void {
    if (held === null) return;
    const text = held.channel.wrap(frame);
    held.spokeAt = performance.now();
    held.written += text.length;
    held.res.write(text);
    if (!held.channel.streams || held.written >= streamBytes) release();
  }

  function release(): void {
    if (held === null) return;
    released = held.res.end();
    held = null;
    absentSince = performance.now();
  }

  function flush(): void {
    if (held === null) return;
    if (!greeted) {
      greeted = true;
      write("o");
    }
    if (held !== null && waiting.length > 0) {
      const frame = `a[${waiting.join(",")}]`;
      waiting = [];
      waitingBytes = 0;
      sentPings = pings;
      write(frame);
    }
    if (last === null || held === null || waiting.length > 0) return;
    write(last);
    release();
  }

  function end(): void {
    if (gone) return;
    gone = true;
    release();
    // What the client does not take is not kept for it.
    if (released?.writableFinished === false) released.destroy();
    resume();
    onGone();
    rider.closed(false);
  }

  function resume(): void {
    paused = false;
    for (const taker of takers.splice(0)) taker();
  }

  const rider = serve({
    send(text, mayBeLost = false) {
      if (gone || last !== null || (mayBeLost && waiting.length > 0)) return;
      const quoted = JSON.stringify(text);
      waiting.push(quoted);
      waitingBytes += quoted.length;
      flush();
    },
    ping() {
      pings += 1;
      if (waiting.length === 0) sentPings = pings;
      return pings;
    },
    backlog: () => ({ frames: waiting.length, bytes: waitingBytes + (held?.res.writableLength ?? 0) }),
    close(code, reason) {
      last ??= closeFrame(code, reason);
      flush();
    },
    pause() {
      paused = true;
    },
    resume,
  });

  return {
    attach(res, channel) {
      res.writeHead(200, { "Content-Type": channel.type });
      if (channel.prelude !== "") res.write(channel.prelude);
      if (held !== null) {
        res.end(channel.wrap(closeFrame(anotherOpen, "Another connection still open")));
        return;
      }
      const now = performance.now();
      held = { res, channel, since: now, spokeAt: now, written: 0 };
      // A response that breaks off before its end: the page is gone.
      res.once("close", () => {
        if (held?.res === res) end();
      });
      // Whoever asks for more has got what was sent before.
      rider.pong(sentPings);
      flush();
    },
    async take(texts) {
      for (const text of texts) rider.data(text);
      if (paused) await new Promise<void>((resolve) => takers.push(resolve));
    },
    look(now) {
      if (held === null) {
        if (now - absentSince > absentMs) end();
      } else if (held.channel.streams && now - held.since >= streamMs) release();
      else if (now - held.spokeAt >= heartbeatMs) write("h");
    },
    drop: end,
  };
}

/** SockJS' own code for a second response. */
const anotherOpen = 2010;
