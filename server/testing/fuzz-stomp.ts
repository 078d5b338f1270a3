import { once } from "node:events";

import fc from "fast-check";
import { WebSocket } from "ws";

import { commands } from "#protocol/commands.ts";

import { type Amount, answered, type FuzzReport, ownFailure } from "./fuzz-gateway.ts";
import { writeFrame } from "./stomp-client.ts";

/** STOMP as it is, and over SockJS. */
export const stompPaths = ["/endpoint-websocket", "/endpoint-websocket/000/abcdefgh/websocket"] as const;
type Target = { readonly port: number; readonly path: (typeof stompPaths)[number]; readonly tokens: readonly string[] };

/** A mild input ends no connection; after a wild one there may be none. */
type Input = { readonly wild: boolean; readonly bytes: string | Uint8Array };

const awkward = fc.constantFrom("", " ", "\u0000", "\u2028", "\ud83d", "\\", "\\n", "\\c", "\\r", "\\t", ":", "\n", "\r", "/", "*", "..", "__proto__", "constructor", "-1", "0", "1e12", "9".repeat(20), "x".repeat(300), "一二三", "\u{1f600}");
const word = fc.oneof(awkward, fc.string({ maxLength: 20 }), fc.string({ unit: "grapheme", maxLength: 10 }));
const id = "11111111-1111-4111-8111-111111111111";
const destination = fc.oneof(
  fc.constantFrom(...Object.keys(commands).map((name) => `/app/${name}`), "/app/v1/chat"),
  fc.constantFrom("/user/queue/events", "/topic/notices", "/topic/waiters", "/topic/game_chat", `/topic/conversation.${id}`, "/chat/single/me", "/topic/*", "/user/x/queue"),
  word.map((end) => `/app/${end}`),
  word.map((end) => `/topic/${end}`),
  word,
);
const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), awkward, fc.integer());
const json = fc.oneof(
  fc.dictionary(fc.constantFrom("content", "to", "clientMsgId", "conversationId", "kind", "text", "after", "limit", "filter", "on", "userId", "token", "__proto__"), value, { maxKeys: 5 }),
  fc.record({ content: word, to: fc.oneof(word, value) }),
  fc.record({ clientMsgId: fc.uuid(), kind: fc.constantFrom("text", "note"), text: word }),
  value,
).map((content) => JSON.stringify(content) ?? "");
const body = fc.oneof({ weight: 5, arbitrary: json }, { weight: 1, arbitrary: word.map((text) => text.replaceAll("\u0000", "")) });
const headers = fc.dictionary(fc.oneof(fc.constantFrom("id", "receipt", "transaction", "ack", "selector", "content-length", "content-type", "accept-version", "heart-beat", "host", "token", "passcode", "subscription", "message-id"), word), word, { maxKeys: 6 });
const command = fc.constantFrom("SEND", "SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK", "BEGIN", "COMMIT", "ABORT", "CONNECT", "STOMP", "DISCONNECT", "MESSAGE", "", "send");

const mild = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(destination, body).map(([to, text]) => writeFrame("SEND", { destination: to.replaceAll("\u0000", "") || "x", "content-length": String(Buffer.byteLength(text)) }, text)) },
  { weight: 1, arbitrary: fc.constantFrom("\n", "\r\n", "\n\n\n", writeFrame("ACK", { id: "1" }), writeFrame("NACK", { id: "1", receipt: "r" }), writeFrame("UNSUBSCRIBE", { id: "x" })) },
).map((text): Input => ({ wild: false, bytes: text }));
const frame = fc.tuple(command, headers, destination, body).map(([name, named, to, text]) => writeFrame(name, { destination: to, ...named }, text));
const damaged = fc.tuple(frame, fc.nat(), word).map(([text, at, put]) => `${text.slice(0, at % (text.length + 1))}${put}${text.slice((at % (text.length + 1)) + (at % 3))}`);
const wild = fc.oneof(
  { weight: 4, arbitrary: frame },
  { weight: 4, arbitrary: damaged },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }) },
).map((bytes): Input => ({ wild: true, bytes }));
const input = fc.oneof({ weight: 7, arbitrary: mild }, { weight: 3, arbitrary: wild });

const batch = 100;

/** Throws frames of every degree of damage at STOMP. Throws when a connection that is open stays without an answer. */
export async function fuzzStomp({ port, path, tokens }: Target, { inputs, seed, atOnce }: Amount): Promise<FuzzReport> {
  const closes = new Map<number, number>();
  const failures: string[] = [];
  let frames = 0;
  let sent = 0;
  const wrap = (bytes: string | Uint8Array): string | Uint8Array => (path === stompPaths[0] || typeof bytes !== "string" ? bytes : JSON.stringify([bytes]));

  async function open(token: string): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    socket.on("message", (data) => {
      frames += 1;
      const text = Buffer.isBuffer(data) ? data.toString() : "";
      if (text.includes(ownFailure)) failures.push(text.slice(0, 500));
    });
    socket.once("close", (code) => closes.set(code, (closes.get(code) ?? 0) + 1));
    await once(socket, "open");
    socket.send(wrap(writeFrame("CONNECT", { "accept-version": seed % 2 === 0 ? "1.2" : "1.1", token })));
    socket.send(wrap(writeFrame("SUBSCRIBE", { id: "events", destination: "/user/queue/events" })));
    return socket;
  }

  async function work(worker: number): Promise<void> {
    const token = tokens[worker % tokens.length] ?? "";
    const line = { socket: await open(token) };
    const send = async (list: readonly Input[]): Promise<void> => {
      if (line.socket.readyState !== WebSocket.OPEN) line.socket = await open(token);
      for (const { bytes } of list) line.socket.send(wrap(bytes));
      await answered(line.socket);
    };
    while (sent < inputs) {
      const list = fc.sample(input, { numRuns: Math.min(batch, inputs - sent), seed: seed + sent });
      sent += list.length;
      await send(list.filter((one) => !one.wild));
      // Each by itself: what follows one that ends the connection would not be read.
      for (const one of list) if (one.wild) await send([one]);
      // A frame that was begun must not swallow the next ones.
      line.socket.terminate();
      await answered(line.socket);
    }
    line.socket.terminate();
  }

  await Promise.all(Array.from({ length: atOnce }, (_, worker) => work(worker)));
  return { inputs: sent, frames, closes, failures };
}
