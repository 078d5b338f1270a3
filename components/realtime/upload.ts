import type { Attachment } from "#protocol/objects.ts";

import { type CommandError, unavailable } from "./command-error.ts";
import { readProblem } from "./http.ts";

export type UploadRequest = {
  url: string;
  token: string;
  blob: Blob;
  name: string;
  /** Staff name the conversation; a customer's is the current one. */
  conversationId: string | null;
  onProgress: (share: number) => void;
  signal: AbortSignal;
};

/** No byte for this long: the line is dead. */
const stalledMs = 30_000;

/**
 * Sends one file with `POST /api/v1/attachments`. Errors: CommandError with the problem's code; `unavailable` when the
 * line broke or was cancelled. XMLHttpRequest, because fetch does not tell how far an upload is.
 */
export function uploadFile({ url, token, blob, name, conversationId, onProgress, signal }: UploadRequest): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    let watchdog = setTimeout(abort, stalledMs);
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(abort, stalledMs);
    };
    const finish = (error: CommandError | null) => {
      clearTimeout(watchdog);
      signal.removeEventListener("abort", abort);
      if (error !== null) reject(error);
    };
    request.upload.addEventListener("progress", (event) => {
      alive();
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      if (request.status < 200 || request.status >= 300) {
        finish(readProblem(request.status, request.responseText, request.getResponseHeader("retry-after")));
        return;
      }
      finish(null);
      const attachment: Attachment = JSON.parse(request.responseText);
      resolve(attachment);
    });
    request.addEventListener("error", () => finish(unavailable("The upload was interrupted.")));
    request.addEventListener("abort", () => finish(unavailable("The upload was stopped.")));
    signal.addEventListener("abort", abort);
    request.open("POST", url);
    request.setRequestHeader("authorization", `Bearer ${token}`);
    const form = new FormData();
    if (conversationId !== null) form.append("conversationId", conversationId);
    form.append("file", blob, name);
    if (signal.aborted) finish(unavailable("The upload was stopped."));
    else request.send(form);
  });
}
