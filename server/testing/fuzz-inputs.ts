import fc from "fast-check";

import { commands } from "#protocol/commands.ts";
import { events } from "#protocol/events.ts";

import { makeFrame } from "./raw-web-socket.ts";

/** One thing that a hostile or broken client does to a WebSocket: a frame, or bytes of no frame. */
export type FuzzInput = { readonly kind: "text"; readonly text: string } | { readonly kind: "binary" | "raw"; readonly bytes: Uint8Array };

/** The gateways of plain WebSockets, by their paths. */
export const fuzzedPaths = ["/rayim", "/ws", "/infra/ws", "/webSocket/me", "/ws/me"] as const;
export type FuzzedPath = (typeof fuzzedPaths)[number];

const ids = fc.constantFrom("11111111-1111-4111-8111-111111111111", "0192f0c1-2d3e-7abc-8def-0123456789ab", "me", "1", "", "__proto__", "constructor", "ext:", "\u0000", "a".repeat(300));
const awkward = fc.constantFrom<unknown>(null, true, false, -0, 0, 1, 2, -1, 1.5, 1e308, 2 ** 53 + 2, "", " ", "\u0000", "\ud800", "\uffff", "x".repeat(5_000), "\u{1f600}", "<img src=x>", [], {}, [[]], { "": "" }, { __proto__: null }, { toJSON: "x" });
const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: "grapheme", maxLength: 20 }), fc.constantFrom("rayHeartBeat", "ping", "Hello WebSockets!", "heartbeat", "ping ", "RAYHEARTBEAT"));
const nested = fc.integer({ min: 1, max: 2_000 }).map((depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`);
const anyValue = fc.oneof(awkward, ids, text, fc.integer(), fc.array(awkward, { maxLength: 3 }), fc.dictionary(fc.constantFrom("text", "msg", "code", "id", "constructor", "userId"), awkward, { maxKeys: 4 }));

const fields = fc.constantFrom("clientMsgId", "conversationId", "kind", "text", "attachmentIds", "replyTo", "seq", "after", "before", "rev", "limit", "read", "delivered", "status", "assigneeId", "priority", "tags", "snoozedUntil", "filter", "cursor", "on", "userId", "page", "noticeId", "state", "token", "__proto__", "constructor");
const commandInput = fc.oneof(
  { weight: 2, arbitrary: fc.dictionary(fields, anyValue, { maxKeys: 6 }) },
  { weight: 2, arbitrary: fc.record({ clientMsgId: fc.uuid(), kind: fc.constantFrom("text", "note", "image", "file", "system"), text: fc.oneof(text, awkward), conversationId: fc.option(ids, { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.record({ after: fc.oneof(fc.integer({ min: -1, max: 500 }), awkward), limit: fc.oneof(fc.integer({ min: -1, max: 300 }), awkward) }) },
  { weight: 1, arbitrary: anyValue },
);
const names = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...Object.keys(commands)) }, { weight: 1, arbitrary: fc.constantFrom(...Object.keys(events), "ack", "join", "__proto__") }, { weight: 1, arbitrary: awkward });
const inString = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.oneof(value, value.map((inner) => JSON.stringify(inner)), text);
const dataUrl = fc.tuple(fc.constantFrom("image/png", "image/jpeg", "image/webp", "image/svg+xml", "text/html", "image/"), fc.base64String({ maxLength: 200 })).map(([mime, data]) => `data:${mime};base64,${data}`);

const frames: Record<FuzzedPath, fc.Arbitrary<unknown>> = {
  "/rayim": fc.record({ code: fc.oneof(fc.constantFrom(1, 2, 1, 2, 3, 0, -1), awkward), msg: fc.oneof(text, dataUrl, anyValue), to: fc.oneof(ids, anyValue), id: fc.oneof(fc.uuid(), anyValue) }, { requiredKeys: ["code"] }),
  "/ws": fc.record({ type: names, content: inString(commandInput), id: anyValue }, { requiredKeys: ["type"] }),
  "/infra/ws": fc.record({ type: fc.oneof({ weight: 5, arbitrary: fc.constant<unknown>("demo-message-send") }, { weight: 1, arbitrary: anyValue }), content: inString(fc.oneof(fc.record({ text: fc.oneof(text, awkward), toUserId: fc.oneof(ids, awkward) }), anyValue)) }, { requiredKeys: ["type"] }),
  "/webSocket/me": anyValue,
  "/ws/me": anyValue,
};

/** A text that is cut, or has something put into it. */
function damaged(whole: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(whole, fc.nat(), fc.constantFrom("", "\u0000", '"', "\\", "{", "}", "[", ",", "\ud83d", "\u2028", "data:", "e999")).map(([value, at, put]) => {
    const place = at % (value.length + 1);
    return put === "" ? value.slice(0, place) : `${value.slice(0, place)}${put}${value.slice(place)}`;
  });
}

const opcode = fc.integer({ min: 0, max: 15 });
const someBytes = fc.uint8Array({ maxLength: 200 });
const anyFrame = fc.record({ opcode, payload: someBytes, fin: fc.boolean(), reserved: fc.constantFrom(0, 0, 0, 1, 4, 7), masked: fc.constantFrom(true, true, true, false) }).map(makeFrame);
const rawBytes = fc.oneof(
  someBytes,
  fc.array(anyFrame, { minLength: 1, maxLength: 6 }).map((list) => Buffer.concat(list)),
  fc.tuple(anyFrame, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([frame, at, byte]) => {
    const changed = Buffer.from(frame);
    changed[at % changed.length] = byte;
    return changed;
  }),
);

/** What to throw at a gateway: frames nearly as it knows them, damaged ones, other texts, binary frames and mere bytes. */
export function fuzzInputs(path: FuzzedPath): fc.Arbitrary<FuzzInput> {
  const whole = frames[path].map((value) => JSON.stringify(value) ?? "");
  const texts = fc.oneof({ weight: 6, arbitrary: whole }, { weight: 2, arbitrary: damaged(whole) }, { weight: 2, arbitrary: text }, { weight: 1, arbitrary: nested }, { weight: 1, arbitrary: fc.json() });
  return fc.oneof(
    { weight: 90, arbitrary: texts.map((value) => ({ kind: "text" as const, text: value })) },
    { weight: 5, arbitrary: someBytes.map((bytes) => ({ kind: "binary" as const, bytes })) },
    { weight: 5, arbitrary: rawBytes.map((bytes) => ({ kind: "raw" as const, bytes })) },
  );
}
