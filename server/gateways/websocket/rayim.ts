import { randomUUID } from "node:crypto";

import type { Answer, WireError } from "#protocol/errors.ts";
import type { EventName, EventPayload } from "#protocol/events.ts";
import { id as uuid, type Message } from "#protocol/objects.ts";

import { findSent } from "#server/chat/find-sent.ts";
import { sendToCustomer } from "#server/chat/send-to-accounts.ts";
import { DomainError } from "#server/errors.ts";

import type { Dialect, Line, Voice } from "./dialect.ts";
import { escapeEntities } from "./entities.ts";
import { readField } from "./json.ts";
import { type Piece, readPieces } from "./pieces.ts";
import { rayimCodes, type RayimFrame, readRayimFrame } from "./rayim-frame.ts";
import { prepareContent } from "./rayim-picture.ts";
import { sendOwn } from "./send-own.ts";

/** `/rayim`: texts and pictures as `{code, msg}`, pictures of up to 8 MB as data URLs. */
export const rayim: Dialect = { gateway: "rayim", frameBytes: 11 * 1024 * 1024, shown: true, echoes: true, open };

const beat = "rayHeartBeat";
const beatAnswer = "rayImHeartBeatFeedback";

function open(line: Line): Voice {
  const raw = line.query.get("raw") === "1";
  // As its last message was: some of these clients know nothing of the frames around texts.
  let bare = false;

  const refuse = (error: WireError, id: RayimFrame["id"] = null): void =>
    line.say(JSON.stringify({ code: rayimCodes.error, msg: error.message, error: error.code, ...(id === null ? {} : { id }) }));

  async function handle(frame: RayimFrame): Promise<void> {
    bare = frame.bare;
    const answer = await send(line, frame);
    if (!answer.ok) refuse(answer.error, frame.id);
    else if (frame.id !== null) line.say(JSON.stringify({ code: rayimCodes.answer, id: frame.id, seq: answer.data.seq }));
  }

  return {
    flavour: (event, payload) => `${raw ? "raw" : ""}${bare ? "bare" : ""}${isOwn(line, event, payload) ? "self" : ""}`,
    frames(event, payload) {
      const pieces = readPieces(event, payload, line.node.config.publicUrl);
      // Nothing in a bare text could say that a note is not for the customer's eyes.
      if (bare) return pieces.filter(({ source }) => source.kind !== "message" || source.message.kind !== "note").map((piece) => textOf(piece, raw));
      const self = isOwn(line, event, payload) ? { self: true } : {};
      return pieces.map((piece) => JSON.stringify({ ...frameOf(piece, raw), ...self }));
    },
    async hear(text) {
      if (text === beat) {
        const error = await line.beat();
        if (error === null) line.say(beatAnswer);
        else refuse(error);
        return;
      }
      const read = await line.attempt("a frame", () => Promise.resolve(readRayimFrame(text)));
      if (read.ok) await handle(read.data);
      else refuse(read.error);
    },
    refuse: (error) => refuse(error),
  };
}

/** Errors: those of a send and of an upload; `bad_request` when staff name nobody. */
async function send(line: Line, { content, to, id }: RayimFrame): Promise<Answer<Message>> {
  const given = uuid.safeParse(id);
  const clientMsgId = given.success ? given.data : randomUUID();
  if (line.identity().role !== "customer") {
    return line.attempt("message", async () => {
      if (to === null) throw new DomainError("bad_request", "Say to which customer: to is missing.");
      return sendToCustomer(line.caller(), to, { clientMsgId, ...(await prepareContent(line.caller(), content)) });
    });
  }
  if (given.success && "picture" in content) {
    // Sent again, a picture is not uploaded again.
    const before = await line.attempt("a repeat", () => findSent(line.caller(), clientMsgId));
    if (!before.ok) return before;
    if (before.data !== null) return { ok: true, data: before.data };
  }
  const prepared = await line.attempt("a picture", () => prepareContent(line.caller(), content));
  return prepared.ok ? sendOwn(line, prepared.data, clientMsgId) : prepared;
}

function isOwn(line: Line, event: EventName, payload: EventPayload<EventName>): boolean {
  if (event !== "message:created" || !("messages" in payload)) return false;
  return payload.messages.every((message) => message.kind !== "hidden" && message.senderId === line.identity().userId);
}

function textOf({ picture, text }: Piece, raw: boolean): string {
  return raw || picture ? text : escapeEntities(text);
}

function frameOf(piece: Piece, raw: boolean): object {
  const { picture, source } = piece;
  const msg = textOf(piece, raw);
  const code = picture ? rayimCodes.picture : rayimCodes.text;
  const nobody = { seq: null, conversationId: null, from: null, fromName: "", role: "system" };
  if (source.kind === "notice") return { code, msg, kind: "notice", id: source.notice.id, ...nobody, at: source.notice.createdAt };
  if (source.kind === "push") {
    const wanted = readField(source.content, "code") === rayimCodes.picture ? rayimCodes.picture : code;
    return { code: wanted, msg, kind: "push", id: null, ...nobody, type: source.type, at: new Date().toISOString() };
  }
  const { kind, id, seq, conversationId, senderId, senderName, senderRole, createdAt } = source.message;
  const fromName = raw ? senderName : escapeEntities(senderName);
  return { code, msg, kind, id, seq, conversationId, from: senderId, fromName, role: senderRole, at: createdAt };
}
