import { randomUUID } from "node:crypto";

import type { EventName, EventPayload } from "#protocol/events.ts";
import { limits } from "#protocol/limits.ts";

import { sendToAccounts, tellStaff } from "#server/chat/send-to-accounts.ts";

import type { Dialect, Line, Voice } from "./dialect.ts";
import { parseJson, readField, readName } from "./json.ts";
import { type Piece, readPieces } from "./pieces.ts";
import { sendOwn } from "./send-own.ts";

/** `/infra/ws`: the types that the demo module of an older system knows, and none besides; even errors stay unsaid. */
export const infra: Dialect = { gateway: "infra-ws", frameBytes: limits.frameBytes, shown: true, echoes: false, open };

const sends = "demo-message-send";
const receives = "demo-message-receive";

function open(line: Line): Voice {
  async function send(content: unknown): Promise<void> {
    const said = typeof content === "string" ? parseJson(content)?.value : content;
    const text = readField(said, "text");
    if (typeof text !== "string") return;
    const name = readName(readField(said, "toUserId"));
    const { userId, role } = line.identity();
    if (role === "customer") await sendOwn(line, { kind: "text", text });
    else await line.attempt(sends, () => sendAsStaff(name, { text, fromUserId: userId }));
  }

  function sendAsStaff(name: string | null, { text, fromUserId }: { text: string; fromUserId: string }) {
    const push = { type: receives, content: { fromUserId, text, single: name !== null } };
    const both = { message: { clientMsgId: randomUUID(), kind: "text", text }, push } as const;
    return name === null ? tellStaff(line.caller(), both) : sendToAccounts(line.caller(), [name], both);
  }

  return {
    flavour: () => "",
    frames: (event, payload) => framesOf(event, payload, line.node.config.publicUrl),
    async hear(text) {
      if (text === "ping") {
        if ((await line.beat()) === null) line.say("pong");
        return;
      }
      const frame = parseJson(text)?.value;
      if (readField(frame, "type") === sends) await send(readField(frame, "content"));
    },
    refuse: () => {},
  };
}

function framesOf(event: EventName, payload: EventPayload<EventName>, origin: string): string[] {
  return readPieces(event, payload, origin).flatMap((piece) => frameOf(piece) ?? []);
}

function frameOf({ text, source }: Piece): string | null {
  if (source.kind === "push") return frame(source.type, source.content);
  if (source.kind === "notice") {
    const { id, title, level, body, status } = source.notice;
    return frame("notice-push", { id, title, type: level, content: body, status });
  }
  // Nothing in these frames could say that a note is not for the customer's eyes.
  if (source.message.kind === "note") return null;
  return frame(receives, { fromUserId: source.message.senderId, text, single: true });
}

function frame(type: string, content: unknown): string {
  return JSON.stringify({ type, content: typeof content === "string" ? content : JSON.stringify(content ?? null) });
}
