import type { AnyMessage, Role } from "#protocol/objects.ts";

import { rooms } from "#server/chat/rooms.ts";
import { escapeEntities } from "#server/gateways/websocket/entities.ts";
import { readPieces } from "#server/gateways/websocket/pieces.ts";

import { type ChatLine, chatPush, writeLine } from "./chat.ts";
import type { Feed } from "./destinations.ts";
import type { Exception, Letter } from "./outlet.ts";

/** Who listens, and how it wants its texts. */
export type Reader = {
  readonly userId: string;
  readonly role: Role;
  /** Registered to receive every customer's messages, now. */
  readonly waiter: boolean;
  /** Texts as people wrote them, not as HTML. */
  readonly raw: boolean;
  /** Where pictures are. */
  readonly origin: string;
};

/**
 * The body that an event has on a destination for events; null: it is nothing for this destination. What people wrote is
 * as HTML on topics, as their clients put it into pages, and as it is on the queue.
 */
export function writeEvent(feed: Feed, letter: Letter, { reader, exception }: { reader: Reader; exception: Exception }): string | null {
  const html = reader.raw ? "raw" : "html";
  const topic = (value: unknown): unknown => forPages(value, reader);
  switch (feed.kind) {
    case "events":
      return exception.own || exception.other ? null : letter.write("json", () => letter.payload);
    case "notices":
      return letter.event.startsWith("notice:") ? letter.write(html, () => topic(letter.payload)) : null;
    case "waiters":
      return reader.waiter && isForWaiters(letter) ? letter.write(html, () => topic(letter.payload)) : null;
    case "conversation": {
      const part = exception.other ? null : readPart(letter, feed.conversationId);
      return part === null ? null : letter.write(`${html} ${feed.conversationId}`, () => topic(part));
    }
    case "single":
    case "public":
      return null;
  }
}

/** The messages of an event that a destination of plain texts is to show. */
export function readTexts(kind: "single" | "public", { event, payload, rooms: named }: Letter, { userId, role, waiter }: Reader): readonly AnyMessage[] {
  if (event !== "message:created" || !("messages" in payload)) return [];
  if (kind === "single") return named.includes(rooms.user(userId)) ? payload.messages : [];
  if (role === "customer") return payload.messages;
  return waiter && named.includes(rooms.waiters) ? payload.messages : [];
}

/** What a message is as a plain text on this destination; null: it is not shown there, though it counts in the order. */
export function writeText(kind: "single" | "public", message: AnyMessage, reader: Reader): string | null {
  if (message.kind === "hidden" || message.kind === "note") return null;
  const own = message.senderId === reader.userId;
  if (kind === "single" ? own : reader.role !== "customer" && message.senderRole !== "customer") return null;
  const text = readPieces("message:created", { messages: [message] }, reader.origin).map(({ picture, text: part }) => (picture ? part : escape(part, reader))).join("\n");
  return JSON.stringify(writeLine({ ...message, text }, reader.role === "customer" && !own ? reader.userId : null));
}

/** What a push is as a plain text on this destination; null: it was not sent there. */
export function writePush(kind: "single" | "public", { event, payload, rooms: named }: Letter, reader: Reader): string | null {
  if (event !== "push" || !("content" in payload)) return null;
  const toAll = named.includes(rooms.everyone);
  const toMe = named.length === 0 || named.includes(rooms.user(reader.userId));
  if (kind === "single" ? !toMe : !toAll) return null;
  const content = readPieces(event, payload, reader.origin).map(({ text }) => escape(text, reader)).join("\n");
  const { from, time } = payload.type === chatPush ? readOrigin(payload.content) : { from: null, time: null };
  return JSON.stringify({ content, from, to: kind === "single" ? reader.userId : null, time: time ?? new Date().toISOString() } satisfies ChatLine);
}

function isForWaiters({ event, rooms: named }: Letter): boolean {
  return named.includes(rooms.waiters) || event === "waiter:changed";
}

/* What an event says of one conversation. Customers get no trace of a note here. */
function readPart({ payload }: Letter, conversationId: string): unknown {
  if ("messages" in payload) {
    const messages = payload.messages.filter((message) => message.conversationId === conversationId && message.kind !== "hidden");
    return messages.length === 0 ? null : { ...payload, messages };
  }
  if ("conversation" in payload) return payload.conversation.id === conversationId ? payload : null;
  return "conversationId" in payload && payload.conversationId === conversationId && !("sessionId" in payload) ? payload : null;
}

/* Pictures get whole addresses, which hold nothing that a page would take for HTML; every other text is escaped. */
function forPages(value: unknown, reader: Reader): unknown {
  if (typeof value === "string") return escape(value, reader);
  if (Array.isArray(value)) return value.map((one) => forPages(one, reader));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, isAddress(name, inner) ? `${reader.origin}${inner}` : forPages(inner, reader)]));
}

function isAddress(name: string, value: unknown): value is string {
  return (name === "url" || name === "thumbUrl") && typeof value === "string" && /^\/api\/v1\/attachments\/[\w-]+\?[\w.=&-]+$/.test(value);
}

function escape(text: string, { raw }: Reader): string {
  return raw ? text : escapeEntities(text);
}

function readOrigin(content: unknown): { from: string | null; time: string | null } {
  const said = typeof content === "object" && content !== null ? content : {};
  return { from: "from" in said && typeof said.from === "string" ? said.from : null, time: "time" in said && typeof said.time === "string" ? said.time : null };
}
