import type { WireError } from "#protocol/errors.ts";
import { limits } from "#protocol/limits.ts";

import type { Dialect, Line, Voice } from "./dialect.ts";
import { escapeDeep, escapeEntities } from "./entities.ts";
import { type Piece, readPieces } from "./pieces.ts";
import { sendOwn } from "./send-own.ts";

/** How a gateway of plain text puts what it has to say into frames. */
type Frames = {
  piece(piece: Piece, raw: boolean): string;
  error(error: WireError): string;
  /** What is answered with the same text and never stored. */
  readonly beats: ReadonlySet<string>;
  beat(text: string): string;
};

/** `/webSocket/{id}`: texts, each in a numbered step. */
export const numbered: Dialect = {
  gateway: "websocket", frameBytes: limits.frameBytes, shown: true, echoes: false,
  open: (line) => open(line, {
    piece: (piece, raw) => JSON.stringify(stepOf(piece, raw)),
    error: ({ code, message }) => JSON.stringify({ step: -1, type: 2, msg: message, error: code }),
    beats: new Set(["Hello WebSockets!", "ping", "heartbeat"]),
    beat: (text) => JSON.stringify({ step: 0, type: 2, msg: text }),
  }),
};

/** `/ws/{id}`: texts and nothing around them. */
export const plain: Dialect = {
  gateway: "ws-plain", frameBytes: limits.frameBytes, shown: true, echoes: false,
  open: (line) => open(line, {
    piece: textOf,
    error: ({ message }) => message,
    beats: new Set(),
    beat: (text) => text,
  }),
};

function open(line: Line, { piece, error, beats, beat }: Frames): Voice {
  const raw = line.query.get("raw") === "1";

  return {
    flavour: () => (raw ? "raw" : ""),
    // Nothing in these frames could say that a note is not for the customer's eyes.
    frames: (event, payload) => readPieces(event, payload, line.node.config.publicUrl)
      .filter(({ source }) => source.kind !== "message" || source.message.kind !== "note")
      .map((one) => piece(one, raw)),
    async hear(text) {
      if (text === "") return;
      if (beats.has(text)) {
        const refusal = await line.beat();
        line.say(refusal === null ? beat(text) : error(refusal));
        return;
      }
      const answer = await sendOwn(line, { kind: "text", text });
      if (!answer.ok) line.say(error(answer.error));
    },
    refuse: (refusal) => line.say(error(refusal)),
  };
}

function textOf({ picture, text }: Piece, raw: boolean): string {
  return raw || picture ? text : escapeEntities(text);
}

/* An object that a server pushes is what these clients take as it is. */
function stepOf(piece: Piece, raw: boolean): object {
  const { source } = piece;
  if (source.kind === "push" && typeof source.content === "object" && source.content !== null && !Array.isArray(source.content)) {
    return { step: 1, type: 2, ...toObject(raw ? source.content : escapeDeep(source.content)) };
  }
  return { step: 1, type: 2, msg: textOf(piece, raw) };
}

function toObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
