import { connect, createServer, type Socket } from "node:net";

import { openPipe, type Pipe } from "./proxy-pipe.ts";

/** Up: from the client to the server. */
export type Direction = "up" | "down";

/** What a line does to the bytes of one direction. Everything off: a good line. */
export type Weather = {
  readonly latencyMs: number;
  /** Up to so much more, at random; the order of the bytes is kept. */
  readonly jitterMs: number;
  readonly bytesPerSecond: number | null;
  /** Nothing arrives, no end and no reset either, as behind a lost network; what was sent arrives after `heal`. */
  readonly silent: boolean;
  /** Bytes are written so many at a time. */
  readonly sliceBytes: number | null;
};

/** How often and how late a whole message arrives: `[0]` passes, `[]` loses, `[0, 0]` repeats, `[500]` holds it back. */
export type Fate = readonly number[];

/** Makes a line know where messages end, to lose, repeat or hold whole ones. */
export type Framing = {
  /** The length of the first whole message in these bytes, or 0 while it is not complete. */
  readonly measure: (bytes: Buffer) => number;
  readonly decide: (message: Buffer) => Fate;
};

export type ProxyOptions = {
  readonly to: { readonly host?: string; readonly port: number };
  /** Connections to the server come from this address. */
  readonly localAddress?: string;
  readonly port?: number;
  /** Of what comes from the server. */
  readonly framing?: Framing;
};

/** A line between clients and a server that can be hurt. Its weather is that of all its connections, old and new. */
export type Proxy = {
  readonly port: number;
  /** As an HTTP address. */
  readonly url: string;
  readonly connections: number;
  /** Bytes that were handed on so far. */
  readonly bytes: Readonly<Record<Direction, number>>;
  set(direction: Direction | "both", weather: Partial<Weather>): void;
  /** Good weather again; what was held arrives. */
  heal(): void;
  /** Resets every connection, as a broken middle box does. */
  reset(): void;
  /** Resets each connection after so many more bytes of its direction. */
  cutAfter(direction: Direction, bytes: number): void;
  /** Ends one direction of every connection and leaves the other open. */
  halfClose(direction: Direction): void;
  /** With true, new connections are reset at once. */
  refuse(refusing: boolean): void;
  close(): Promise<void>;
};

const fair: Weather = { latencyMs: 0, jitterMs: 0, bytesPerSecond: null, silent: false, sliceBytes: null };

/** Opens a line on loopback; without `port`, the system chooses one. */
export async function openProxy({ to, localAddress, port = 0, framing }: ProxyOptions): Promise<Proxy> {
  const weather: Record<Direction, Weather> = { up: fair, down: fair };
  const bytes: Record<Direction, number> = { up: 0, down: 0 };
  const lines = new Set<{ near: Socket; far: Socket; pipes: Record<Direction, Pipe> }>();
  let refusing = false;

  function accept(near: Socket): void {
    if (refusing) return void near.resetAndDestroy();
    const far = connect({ host: to.host ?? "127.0.0.1", port: to.port, noDelay: true, allowHalfOpen: true, ...(localAddress === undefined ? {} : { localAddress }) });
    const pipe = (direction: Direction, [from, into]: readonly [Socket, Socket]) => openPipe({
      from, into, weather: () => weather[direction],
      framing: direction === "down" ? framing : undefined,
      onBytes: (count) => {
        bytes[direction] += count;
      },
    });
    const line = { near, far, pipes: { up: pipe("up", [near, far]), down: pipe("down", [far, near]) } };
    lines.add(line);
    for (const [socket, other, direction] of [[near, far, "up"], [far, near, "down"]] as const) {
      socket.on("error", () => undefined);
      socket.on("close", (hadError) => {
        // As long as one of the two is open, it hears when the weather changes, and is closed in the end.
        if (near.closed && far.closed) lines.delete(line);
        // Through a silent line nobody hears of the other's end.
        if (!weather[direction].silent) endOther(other, hadError);
        else line.pipes[direction].whenHealed(() => endOther(other, true));
      });
    }
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", 4_096, resolve);
  });
  const address = server.address();
  const ownPort = typeof address === "object" && address !== null ? address.port : 0;

  const change = (direction: Direction | "both", more: Partial<Weather>): void => {
    for (const one of direction === "both" ? ["up", "down"] as const : [direction]) {
      weather[one] = { ...weather[one], ...more };
      for (const { pipes } of lines) pipes[one].wake();
    }
  };

  return {
    port: ownPort,
    url: `http://127.0.0.1:${String(ownPort)}`,
    get connections() {
      return lines.size;
    },
    bytes,
    set: change,
    heal: () => {
      refusing = false;
      change("both", fair);
    },
    reset() {
      for (const { near, far } of lines) for (const socket of [near, far]) socket.resetAndDestroy();
    },
    cutAfter(direction, count) {
      for (const { pipes } of lines) pipes[direction].cutAfter(count);
    },
    halfClose(direction) {
      for (const { near, far } of lines) (direction === "up" ? far : near).end();
    },
    refuse(next) {
      refusing = next;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const { near, far } of lines) for (const socket of [near, far]) socket.destroy();
      await closed;
    },
  };
}

function endOther(socket: Socket, hadError: boolean): void {
  if (socket.destroyed) return;
  if (hadError) socket.resetAndDestroy();
  else socket.destroySoon();
}
