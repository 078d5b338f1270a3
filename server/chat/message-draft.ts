import { hash } from "node:crypto";

import type { SenderRole } from "#protocol/objects.ts";

import { createId } from "#server/ids.ts";

/** The kinds that are stored; `hidden` exists on the wire alone. */
export type StoredKind = "text" | "image" | "file" | "note" | "system";

/** A message before it has a place: everything but seq and time. */
export type Draft = {
  readonly id: string;
  readonly conversationId: string;
  /** Null for system messages, which nobody sends. */
  readonly senderId: string | null;
  readonly senderRole: SenderRole;
  readonly senderName: string;
  readonly clientMsgId: string | null;
  readonly payloadHash: Buffer | null;
  readonly kind: StoredKind;
  readonly text: string;
  readonly attachmentIds: readonly string[];
  readonly replyTo: number | null;
  /** The session that sends it: it gets the answer, not the event. */
  readonly sessionId: string | null;
};

type Content = Pick<Draft, "kind" | "text" | "attachmentIds" | "replyTo">;

/** SHA-256 of what a message says: a repeat has the same, a reused `clientMsgId` another. */
export function hashPayload({ kind, text, attachmentIds, replyTo }: Content): Buffer {
  return hash("sha256", JSON.stringify([kind, text, attachmentIds, replyTo]), "buffer");
}

/** A line that the server itself writes into a conversation. */
export function draftSystemMessage(conversationId: string, text: string): Draft {
  return {
    id: createId(),
    conversationId,
    senderId: null,
    senderRole: "system",
    senderName: "",
    clientMsgId: null,
    payloadHash: null,
    kind: "system",
    text,
    attachmentIds: [],
    replyTo: null,
    sessionId: null,
  };
}
