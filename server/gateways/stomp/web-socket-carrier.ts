import type { WebSocket } from "ws";

import { createWire } from "#server/gateways/websocket/wire.ts";

import type { Carrier, Rider } from "./carrier.ts";

/** Asks for a sign of life when one is due. To be called every second. */
export type Look = (now: number) => void;

/** What ends a connection without a closing handshake. */
const abnormal = 1006;

/** Lets STOMP ride on a WebSocket: each message is a part of the stream, text or not. */
export function rideWebSocket(socket: WebSocket, serve: (carrier: Carrier) => Rider): Look {
  const wire = createWire(socket, (ping) => rider.pong(ping));
  const rider = serve({ ...wire, send: (text, mayBeLost) => wire.send(Buffer.from(text), mayBeLost) });
  socket.on("message", (data) => rider.data(toBuffer(data)));
  socket.once("close", (code) => rider.closed(code !== abnormal));
  return wire.look;
}

/** Lets STOMP ride on SockJS over a WebSocket: each message is a list of texts. */
export function rideSockJsSocket(socket: WebSocket, serve: (carrier: Carrier) => Rider): Look {
  const wire = createWire(socket, (ping) => rider.pong(ping));
  wire.send(Buffer.from("o"));
  const rider = serve({
    ...wire,
    send: (text, mayBeLost) => wire.send(Buffer.from(`a${JSON.stringify([text])}`), mayBeLost),
    close(code, reason) {
      wire.send(Buffer.from(closeFrame(code, reason)));
      wire.close(code, reason);
    },
  });
  socket.on("message", (data) => {
    const texts = readTexts(toBuffer(data).toString());
    if (texts === null) wire.close(brokenFraming, "Broken framing.");
    for (const text of texts ?? []) rider.data(text);
  });
  socket.once("close", (code) => rider.closed(code !== abnormal));
  return wire.look;
}

/** How SockJS says that it is over. */
export function closeFrame(code: number, reason: string): string {
  return `c${JSON.stringify([code, reason])}`;
}

/** The texts that a SockJS client sends at once: one, a list, or nothing; null: none of these. */
export function readTexts(payload: string): readonly string[] | null {
  if (payload === "") return [];
  try {
    const said: unknown = JSON.parse(payload);
    const list: unknown[] = Array.isArray(said) ? said : [said];
    return list.every((one) => typeof one === "string") ? list : null;
  } catch {
    return null;
  }
}

/** SockJS' own code for it. */
const brokenFraming = 3000;

function toBuffer(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
