import type { Attachment } from "#protocol/objects.ts";

import { toCommandError } from "./command-error.ts";
import type { StoredFile } from "./outbox-store.ts";
import type { Upload } from "./state.ts";

/** So many local pictures are held; the oldest go first. */
const previewLimit = 100;

export type UploadTarget = { conversationId: string | null; onProgress: (share: number) => void; signal: AbortSignal };
export type Uploaded = { attachment: Attachment; width: number | null; height: number | null };

export type OutboxFiles = {
  /** A local URL for a picture; null for what is none. */
  preview: (id: string, blob: Blob) => string | null;
  previewUrl: (id: string) => string | null;
  /** Uploads one file and tells of its progress. Answers the attachment's id. Errors: CommandError. */
  upload: (file: StoredFile, conversationId: string | null, patch: (fields: Partial<Upload>) => void) => Promise<string>;
  cancel: (fileId: string) => void;
  cancelAll: () => void;
};

/** The pictures of unsent messages: their local previews and their uploads under way. */
export function createOutboxFiles(send: (file: StoredFile, target: UploadTarget) => Promise<Uploaded>): OutboxFiles {
  const running = new Map<string, AbortController>();
  const previews = new Map<string, string>();

  function keep(id: string, url: string): void {
    previews.set(id, url);
    const oldest = previews.entries().next().value;
    if (previews.size <= previewLimit || oldest === undefined) return;
    previews.delete(oldest[0]);
    /* A file and its attachment share one picture. */
    if (![...previews.values()].includes(oldest[1])) URL.revokeObjectURL(oldest[1]);
  }

  return {
    preview(id, blob) {
      const known = previews.get(id);
      if (known !== undefined) return known;
      if (typeof URL.createObjectURL !== "function" || !blob.type.startsWith("image/")) return null;
      const url = URL.createObjectURL(blob);
      keep(id, url);
      return url;
    },
    previewUrl: (id) => previews.get(id) ?? null,
    async upload(file, conversationId, patch) {
      const controller = new AbortController();
      running.set(file.id, controller);
      patch({ state: "uploading", progress: 0 });
      try {
        const onProgress = (progress: number) => patch({ progress });
        const { attachment, width, height } = await send(file, { conversationId, onProgress, signal: controller.signal });
        patch({ state: "done", progress: 1, width, height });
        const url = previews.get(file.id);
        if (url !== undefined) keep(attachment.id, url);
        return attachment.id;
      } catch (failure) {
        const error = toCommandError(failure);
        patch({ state: error.retryable ? "waiting" : "failed", progress: 0 });
        throw error;
      } finally {
        running.delete(file.id);
      }
    },
    cancel: (fileId) => running.get(fileId)?.abort(),
    cancelAll() {
      for (const controller of running.values()) controller.abort();
    },
  };
}
