import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { isDomainError } from "#server/errors.ts";

import { beat, type ClientFrame, createDecoder, encodeFrame, longestHeader, mostHeaders, type Version } from "./codec.ts";

type Flat = { command: string; headers: [string, string][]; body: string };

function flat({ command, headers, body }: ClientFrame): Flat {
  return { command, headers: [...headers], body };
}

/** What a decoder makes of these pieces: its frames, and the code of the error that ended it. */
function decodeAll(pieces: readonly (string | Buffer)[], version: Version = "1.2"): { frames: Flat[]; error: string | null; unfinished: boolean } {
  const decoder = createDecoder();
  decoder.speak(version);
  const frames: Flat[] = [];
  try {
    for (const piece of pieces) for (const frame of decoder.read(piece)) frames.push(flat(frame));
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return { frames, error: error.code, unfinished: decoder.unfinished };
  }
  return { frames, error: null, unfinished: decoder.unfinished };
}

const send = (headers: string, body = ""): string => `SEND\n${headers}\n${body}\0`;

describe("the decoder", () => {
  it("reads a frame with its headers and its body", () => {
    expect(decodeAll([send("destination:/app/heartbeat\nreceipt:7\n", '{"a":1}')]).frames).toEqual([
      { command: "SEND", headers: [["destination", "/app/heartbeat"], ["receipt", "7"]], body: '{"a":1}' },
    ]);
  });

  it("reads lines that end with CR LF", () => {
    expect(decodeAll(["\r\nSEND\r\na:b\r\n\r\nbody\0\r\n"]).frames).toEqual([{ command: "SEND", headers: [["a", "b"]], body: "body" }]);
  });

  it("takes line ends between frames as heart-beats", () => {
    const { frames, unfinished } = decodeAll([beat, "\r", "\n", beat, "DISCONNECT\n\n\0\n\n", beat]);
    expect(frames.map(({ command }) => command)).toEqual(["DISCONNECT"]);
    expect(unfinished).toBe(false);
  });

  it("reads several frames of one piece, and one frame of many pieces", () => {
    const text = `${send("a:b\n", "一")}\n${send("content-length:5\n", "a\0b\0c")}`;
    const whole = decodeAll([text]);
    expect(whole.frames.map(({ body }) => body)).toEqual(["一", "a\0b\0c"]);
    expect(decodeAll([...Buffer.from(text)].map((byte) => Buffer.of(byte)))).toEqual(whole);
  });

  it("says whether a frame has begun that is not whole", () => {
    expect(decodeAll(["SEND\na:b\n\nbody"])).toEqual({ frames: [], error: null, unfinished: true });
  });

  it("undoes the escapes of 1.2", () => {
    expect(decodeAll([send("a\\cb:\\n\\c\\\\\\r\n")], "1.2").frames[0]?.headers).toEqual([["a:b", "\n:\\\r"]]);
  });

  it("knows no escaped carriage return in 1.1", () => {
    expect(decodeAll([send("a:\\n\\c\\\\\n")], "1.1").frames[0]?.headers).toEqual([["a", "\n:\\"]]);
    expect(decodeAll([send("a:\\r\n")], "1.1").error).toBe("bad_request");
  });

  it("leaves the headers of CONNECT as they are", () => {
    expect(decodeAll(["CONNECT\nlogin:a\\nb:c\n\n\0"]).frames[0]?.headers).toEqual([["login", "a\\nb:c"]]);
  });

  it("reads a colon that was not escaped, as older clients send it", () => {
    expect(decodeAll([send("destination:/app/message:send\n")]).frames[0]?.headers).toEqual([["destination", "/app/message:send"]]);
  });

  it("lets the first of a repeated header count", () => {
    expect(decodeAll([send("a:1\na:2\n")]).frames[0]?.headers).toEqual([["a", "1"]]);
  });

  it("keeps header names that objects have a meaning for", () => {
    expect(decodeAll([send("__proto__:1\nconstructor:2\n")]).frames[0]?.headers).toEqual([["__proto__", "1"], ["constructor", "2"]]);
  });

  const refused: Record<string, [string | Buffer, string]> = {
    "an unknown command": ["HELLO\n\n\0", "bad_request"],
    "a frame that only a server sends": ["MESSAGE\n\n\0", "bad_request"],
    "a header without a colon": [send("abc\n"), "bad_request"],
    "a header without a name": [send(":abc\n"), "bad_request"],
    "a NUL in a header": [send("a:b\0c\n"), "bad_request"],
    "a NUL before the headers end": ["SEND\na:b\0", "bad_request"],
    "an unknown escape": [send("a:\\t\n"), "bad_request"],
    "a lone backslash at the end": [send("a:b\\\n"), "bad_request"],
    "a body that is longer than its content-length": [send("content-length:2\n", "abc"), "bad_request"],
    "a negative content-length": [send("content-length:-1\n", "abc"), "bad_request"],
    "a content-length that is no number": [send("content-length:0x3\n", "abc"), "bad_request"],
    "a content-length of 1e12": [send("content-length:1000000000000\n", "abc"), "too_large"],
    "a content-length in exponents": [send("content-length:1e12\n", "abc"), "bad_request"],
    "a body where there is none": ["SUBSCRIBE\nid:1\n\nbody\0", "bad_request"],
    "bytes that are no UTF-8": [Buffer.concat([Buffer.from("SEND\n\n"), Buffer.of(0xff, 0x00)]), "bad_request"],
    "1,001 headers": [send("a:b\n".repeat(1_001)), "too_large"],
    "a header of 1 MB": [send(`a:${"b".repeat(1_000_000)}\n`), "too_large"],
    "a frame without an end": ["SEND\n\n".padEnd(70_000, "x"), "too_large"],
    "a frame that is too large as a whole": [send("", "x".repeat(70_000)), "too_large"],
  };
  for (const [what, [bytes, code]] of Object.entries(refused)) {
    it(`refuses ${what} (S82)`, () => {
      expect(decodeAll([bytes])).toMatchObject({ frames: [], error: code });
    });
  }

  it("takes as many headers as there may be, and one of the full length", () => {
    expect(decodeAll([send(Array.from({ length: mostHeaders }, (_, n) => `h${n}:v\n`).join(""))]).frames[0]?.headers).toHaveLength(mostHeaders);
    expect(decodeAll([send(`a:${"b".repeat(longestHeader - 2)}\n`)]).error).toBeNull();
    expect(decodeAll([send(`a:${"b".repeat(longestHeader - 1)}\n`)]).error).toBe("too_large");
  });

  it("gives the frames before a bad one", () => {
    expect(decodeAll([`${send("")}BAD\n\n\0`])).toMatchObject({ frames: [{ command: "SEND" }], error: "bad_request" });
  });

  it("needs no more time for many small pieces than for a large one", () => {
    const decoder = createDecoder();
    const begun = performance.now();
    for (const byte of Buffer.from(send("", "x".repeat(60_000)))) for (const frame of decoder.read(Buffer.of(byte))) expect(frame.body).toHaveLength(60_000);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe("the encoder", () => {
  it("writes a frame with the length of its body in bytes", () => {
    expect(encodeFrame({ command: "MESSAGE", headers: { destination: "/topic/a" }, body: "一" }, "1.2")).toBe("MESSAGE\ndestination:/topic/a\ncontent-length:3\n\n一\0");
  });

  it("escapes headers as the version does", () => {
    const frame = { command: "RECEIPT", headers: { "receipt-id": "a:b\nc\\d\re\0" } } as const;
    expect(encodeFrame(frame, "1.2")).toBe("RECEIPT\nreceipt-id:a\\cb\\nc\\\\d\\re\n\n\0");
    expect(encodeFrame(frame, "1.1")).toBe("RECEIPT\nreceipt-id:a\\cb\\nc\\\\de\n\n\0");
  });

  it("escapes nothing in CONNECTED", () => {
    expect(encodeFrame({ command: "CONNECTED", headers: { server: "a:b" } }, "1.2")).toBe("CONNECTED\nserver:a:b\n\n\0");
  });
});

describe("any input", () => {
  const runs = { numRuns: 3_000 };
  const commands = fc.constantFrom("SEND", "CONNECT", "STOMP", "SUBSCRIBE", "ACK", "DISCONNECT", "MESSAGE", "send", "", "SEND ");
  const part = fc.oneof(fc.string({ maxLength: 12, unit: "binary" }), fc.constantFrom("\\", "\\n", "\\c", "\\r", ":", "\r", "\0", "content-length", "5", "-1", "1e12", "一", "__proto__"));
  const grammar = fc
    .tuple(commands, fc.array(fc.tuple(part, fc.constantFrom(":", "", "::"), part), { maxLength: 5 }), fc.constantFrom("\n", "\r\n", "\r"), part, fc.constantFrom("\0", "", "\0\0", "\n"))
    .map(([command, headers, end, body, last]) => `${command}${end}${headers.map((header) => header.join("") + end).join("")}${end}${body}${last}`);
  const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const input = fc.oneof({ weight: 4, arbitrary: grammar.map((text) => Buffer.from(text)) }, { weight: 1, arbitrary: noise });

  it("becomes frames or one of two errors, the same in whatever pieces it comes", () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 4 }), fc.array(fc.nat({ max: 40 }), { maxLength: 30 }), fc.constantFrom("1.1", "1.2"), (parts, sizes, version) => {
        const bytes = Buffer.concat(parts);
        const pieces: Buffer[] = [];
        let at = 0;
        for (const size of sizes) pieces.push(bytes.subarray(at, (at += size)));
        pieces.push(bytes.subarray(at));
        const whole = decodeAll([bytes], version);
        expect([null, "bad_request", "too_large"]).toContain(whole.error);
        const cut = decodeAll(pieces, version);
        expect({ frames: cut.frames, error: cut.error }).toEqual({ frames: whole.frames, error: whole.error });
      }),
      runs,
    );
  });

  it("comes back from the line as it was sent", () => {
    const text = fc.string({ maxLength: 30, unit: "grapheme" });
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(text.filter((name) => name !== "" && name !== "content-length"), text), { maxLength: 10, selector: ([name]) => name }), text, (headers, body) => {
        const line = encodeFrame({ command: "MESSAGE", headers: Object.fromEntries(headers.map(([name, value]) => [`h${name}`, value])), body }, "1.2");
        const { frames, error } = decodeAll([line.replace("MESSAGE", "SEND")]);
        expect(error).toBeNull();
        const read = new Map(frames[0]?.headers);
        for (const [name, value] of headers) expect(read.get(`h${name}`)).toBe(value.replaceAll("\0", ""));
        expect(frames[0]?.body).toBe(body);
      }),
      runs,
    );
  });
});
