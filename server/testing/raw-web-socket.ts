import { connect, type Socket } from "node:net";

import { atEnd } from "./clean-up.ts";

/** A WebSocket whose client writes bytes as it likes. */
export type RawSocket = {
  readonly tcp: Socket;
  write(bytes: Uint8Array): void;
  /** The code of the close frame, or 1006 when the connection ended without one. */
  readonly closed: Promise<number>;
  /** The head of the answer to the upgrade. */
  readonly head: string;
};

type FrameParts = { readonly opcode: number; readonly payload?: Uint8Array | string; readonly fin?: boolean; readonly reserved?: number; readonly masked?: boolean };

const abnormal = 1006;
const closeOpcode = 8;

/** Upgrades over a bare TCP connection. */
export function openRawSocket(port: number, path: string, headers: readonly string[] = []): Promise<RawSocket> {
  const lines = [`GET ${path} HTTP/1.1`, `Host: localhost:${port}`, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", ...headers];
  return new Promise((resolve, reject) => {
    const tcp = connect(port, "127.0.0.1", () => tcp.write(`${lines.join("\r\n")}\r\n\r\n`));
    atEnd(async () => void tcp.destroy());
    let received: Buffer = Buffer.alloc(0);
    let head: string | null = null;
    let tell: (code: number) => void = () => {};
    const closed = new Promise<number>((done) => {
      tell = done;
    });
    const read = (): void => {
      for (let frame = takeFrame(received); frame !== null; frame = takeFrame(received)) {
        received = frame.rest;
        if (frame.opcode === closeOpcode) tell(frame.payload.length >= 2 ? frame.payload.readUInt16BE() : 1005);
      }
    };
    tcp.on("error", () => {});
    tcp.once("close", () => {
      tell(abnormal);
      if (head === null) reject(new Error("the connection ended before the upgrade"));
    });
    tcp.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf("\r\n\r\n");
      if (head === null && end !== -1) {
        head = received.subarray(0, end).toString();
        received = received.subarray(end + 4);
        resolve({ tcp, closed, head, write: (bytes) => void tcp.write(bytes) });
      }
      if (head !== null) read();
    });
  });
}

/** One frame as a client sends it, or as none may. */
export function makeFrame({ opcode, payload = "", fin = true, reserved = 0, masked = true }: FrameParts): Buffer {
  const data = Buffer.from(payload);
  const length = data.length < 126 ? Buffer.from([data.length]) : data.length < 65_536 ? Buffer.from([126, data.length >> 8, data.length & 255]) : Buffer.alloc(9, 127);
  if (data.length >= 65_536) length.writeBigUInt64BE(BigInt(data.length), 1);
  length[0] = (length[0] ?? 0) | (masked ? 128 : 0);
  const mask = Buffer.from([1, 2, 3, 4]);
  const body = masked ? data.map((byte, index) => byte ^ (mask[index & 3] ?? 0)) : data;
  return Buffer.concat([Buffer.from([(fin ? 128 : 0) | (reserved << 4) | opcode]), length, ...(masked ? [mask] : []), body]);
}

function takeFrame(bytes: Buffer): { opcode: number; payload: Buffer; rest: Buffer } | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] ?? 0) & 127;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return null;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return null;
  return { opcode: (bytes[0] ?? 0) & 15, payload: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
}
