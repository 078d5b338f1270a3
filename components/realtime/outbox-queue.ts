import type { CommandInput } from "#protocol/commands.ts";

import type { StoredMessage } from "./outbox-store.ts";
import type { PendingMessage, Upload } from "./state.ts";

/** A stored message as screens see it. `previews` gives each file's local picture. */
export function showStored(stored: StoredMessage, preview: (fileId: string, blob: Blob) => string | null): PendingMessage {
  return {
    clientMsgId: stored.clientMsgId,
    conversationId: stored.conversationId,
    kind: stored.kind,
    text: stored.text,
    replyTo: stored.replyTo,
    createdAt: stored.createdAt,
    seq: null,
    state: stored.failure === null ? "sending" : "failed",
    failure: stored.failure,
    uploads: stored.files.map((file): Upload => {
      const isDone = file.attachmentId !== null;
      return {
        id: file.id,
        name: file.name,
        bytes: file.blob.size,
        width: null,
        height: null,
        previewUrl: preview(file.id, file.blob),
        progress: isDone ? 1 : 0,
        state: isDone ? "done" : "waiting",
      };
    }),
  };
}

/** The command that sends a stored message whose files are all uploaded. */
export function sendInput(stored: StoredMessage): CommandInput<"message:send"> {
  const { clientMsgId, conversationId, text, replyTo, kind } = stored;
  const envelope = {
    clientMsgId,
    ...(conversationId === null ? {} : { conversationId }),
    ...(replyTo === null ? {} : { replyTo }),
  };
  const attachmentIds = stored.files.flatMap(({ attachmentId }) => (attachmentId === null ? [] : [attachmentId]));
  if (kind === "text" || kind === "note") return { ...envelope, kind, text };
  return { ...envelope, kind, text, attachmentIds };
}

/** One pending message of a list with some of its fields changed. */
export function patchPending(list: readonly PendingMessage[], clientMsgId: string, patch: Partial<PendingMessage>): readonly PendingMessage[] {
  if (!list.some((one) => one.clientMsgId === clientMsgId)) return list;
  return list.map((one) => (one.clientMsgId === clientMsgId ? { ...one, ...patch } : one));
}

/** One upload of one pending message with some of its fields changed. */
export function patchUpload(list: readonly PendingMessage[], uploadId: string, patch: Partial<Upload>): readonly PendingMessage[] {
  if (!list.some((pending) => pending.uploads.some((upload) => upload.id === uploadId))) return list;
  return list.map((pending) => {
    if (!pending.uploads.some((upload) => upload.id === uploadId)) return pending;
    return { ...pending, uploads: pending.uploads.map((upload) => (upload.id === uploadId ? { ...upload, ...patch } : upload)) };
  });
}

/**
 * A list brought in line with what the store keeps (other tabs and earlier pages write there too). What is sent and only
 * waits for its predecessors is in no store any more; neither is what is just being written: `isWriting`.
 */
export function mergeStored(
  list: readonly PendingMessage[],
  kept: readonly StoredMessage[],
  { preview, isWriting }: { preview: (fileId: string, blob: Blob) => string | null; isWriting: (clientMsgId: string) => boolean },
): readonly PendingMessage[] {
  const known = new Map(list.map((pending) => [pending.clientMsgId, pending]));
  const stored = kept.map((message): PendingMessage => {
    const shown = known.get(message.clientMsgId);
    if (shown === undefined || shown.uploads.length !== message.files.length) return showStored(message, preview);
    return { ...shown, state: message.failure === null ? "sending" : "failed", failure: message.failure };
  });
  const ids = new Set(kept.map((message) => message.clientMsgId));
  const others = list.filter(({ clientMsgId, state }) => !ids.has(clientMsgId) && (state === "sent" || isWriting(clientMsgId)));
  return [...stored, ...others];
}
