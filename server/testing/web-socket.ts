import { type ClientOptions, WebSocket } from "ws";

import { atEnd } from "./clean-up.ts";
import type { TestNode } from "./node.ts";

/** A real WebSocket client of the gateways of older systems. */
export type SocketClient = {
  readonly socket: WebSocket;
  /** The text frames received so far, in order. */
  readonly frames: readonly string[];
  /** The same as JSON; a frame that is none stands there as its text. */
  readonly objects: readonly unknown[];
  /** How the connection ended. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Sends a text as it is, anything else as JSON. */
  send(frame: unknown): void;
  /** The first frame, from now or from before, that fits. */
  next(fits: (frame: string) => boolean): Promise<string>;
  /** The first frame that is an object with these fields. */
  nextObject(fields: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  /** Waits until this many frames have come. */
  count(frames: number): Promise<readonly string[]>;
};

export type SocketOptions = ClientOptions & { readonly protocols?: readonly string[] };

const limitMs = 15_000;

/** Connects; resolves when the upgrade is done, rejects with the status when it is refused. */
export async function openSocket({ port }: Pick<TestNode, "port">, path: string, { protocols = [], ...options }: SocketOptions = {}): Promise<SocketClient> {
  const socket = new WebSocket(`ws://localhost:${port}${path}`, [...protocols], options);
  atEnd(async () => socket.terminate());
  const frames: string[] = [];
  const objects: unknown[] = [];
  const listeners = new Set<() => void>();
  socket.on("message", (data) => {
    const frame = Buffer.isBuffer(data) ? data.toString() : "";
    frames.push(frame);
    objects.push(parse(frame));
    for (const listener of listeners) listener();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });

  /** Asks again with each frame until there is something. */
  function wait<Found>(look: () => Found | undefined): Promise<Found> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`what is waited for did not come; came: ${frames.join("\n").slice(0, 2_000)}`)), limitMs);
      const again = (): void => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(timer);
        listeners.delete(again);
        resolve(found);
      };
      listeners.add(again);
      again();
    });
  }

  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  return {
    socket, frames, objects, closed,
    send: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    next: (fits) => wait(() => frames.find(fits)),
    nextObject: (fields) => wait(() => objects.filter(isRecord).find((one) => Object.entries(fields).every(([name, value]) => one[name] === value))),
    count: (wanted) => wait(() => (frames.length >= wanted ? frames : undefined)),
  };
}

/** The code that a connection which is not let in is closed with. */
export async function closeCode(node: Pick<TestNode, "port">, path: string, options: ClientOptions = {}): Promise<number> {
  return (await (await openSocket(node, path, options)).closed).code;
}

/** Whether a value is an object with fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return frame;
  }
}
