import type { EventName, EventPayload } from "#protocol/events.ts";
import type { AnyMessage, Attachment, Message, Notice } from "#protocol/objects.ts";

/** What a client of texts and pictures gets of one event: one piece is one frame. */
export type Piece = {
  readonly picture: boolean;
  /** Of people, as they wrote it; or the absolute address of a picture, which needs no quotes. */
  readonly text: string;
  readonly source: Source;
};
type Source =
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "notice"; readonly notice: Notice }
  | { readonly kind: "push"; readonly type: string; readonly content: unknown };

/** The pieces of an event, in their order; none of an event that texts and pictures cannot tell. */
export function readPieces(event: EventName, payload: EventPayload<EventName>, origin: string): Piece[] {
  if (event === "message:created" && "messages" in payload) return payload.messages.flatMap((message) => readMessage(message, origin));
  if (event === "notice:pushed" && "notice" in payload) {
    const { notice } = payload;
    return [{ picture: false, text: `${notice.title}：${notice.body}`, source: { kind: "notice", notice } }];
  }
  if (event === "push" && "content" in payload) {
    const { type, content } = payload;
    return [{ picture: false, text: readPush(content), source: { kind: "push", type, content } }];
  }
  return [];
}

/* A message of several pictures is several frames: these clients show one picture a frame. */
function readMessage(message: AnyMessage, origin: string): Piece[] {
  if (message.kind === "hidden") return [];
  const source = { kind: "message", message } as const;
  const pictures = message.attachments.map((attachment) => ({ picture: isPicture(attachment), text: `${origin}${attachment.url}`, source }));
  return message.text === "" ? pictures : [{ picture: false, text: message.text, source }, ...pictures];
}

function isPicture({ mime }: Attachment): boolean {
  return mime.startsWith("image/");
}

/** A push as a text: as it is, by its title and text, by its `msg`, or else as JSON. */
function readPush(content: unknown): string {
  if (typeof content === "string") return content;
  if (typeof content === "object" && content !== null) {
    if ("msg" in content && typeof content.msg === "string") return content.msg;
    if ("text" in content && typeof content.text === "string") {
      return "title" in content && typeof content.title === "string" ? `${content.title}：${content.text}` : content.text;
    }
  }
  return JSON.stringify(content) ?? "";
}
