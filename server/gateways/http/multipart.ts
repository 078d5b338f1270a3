import type { IncomingMessage } from "node:http";
import busboy from "busboy";
import * as z from "zod/mini";
import { limits } from "#protocol/limits.ts";
import { id } from "#protocol/objects.ts";
import { DomainError } from "#server/errors.ts";
import type { UploadPass } from "./upload-gate.ts";

/** What a form with one file says. */
export type UploadForm = { readonly bytes: Buffer; readonly name: string; readonly conversationId?: string };

/** Milliseconds. The server itself ends a request that takes 30 s, without an answer. */
const patience: { readonly silence: number; readonly whole: number } = { silence: 10_000, whole: 25_000 };
const formLimits = { files: 1, fields: 8, parts: 10, fileSize: limits.imageBytes, fieldNameSize: 100, fieldSize: 1_024, headerPairs: 20 } as const;
/** The most that all of a form may have beside the file. */
const overhead = 64 * 1024;

/**
 * Reads a form with exactly one file, named `file`, into memory. Fields that mean nothing to us are ignored.
 * Errors: `unsupported_media` (no form), `bad_request`, `too_large`, `unavailable` (too slow, or too many uploads);
 * after one the rest of the body is still unread.
 */
export function readUploadForm(req: IncomingMessage, pass: UploadPass, { silence, whole } = patience): Promise<UploadForm> {
  return new Promise((resolve, reject) => {
    const parser = openParser(req);
    const chunks: Buffer[] = [];
    let name: string | null = null;
    let conversationId: string | undefined;
    let received = 0;
    let over = false;

    const tooSlow = (): void => fail(new DomainError("unavailable", "The upload took too long.", { retryAfterMs: 1_000 }));
    const deadline = setTimeout(tooSlow, whole);
    const quiet = setTimeout(tooSlow, silence);

    // The parser is left alone and not destroyed: in the middle of a file it throws then, where nobody can catch it.
    function stop(): void {
      over = true;
      clearTimeout(deadline);
      clearTimeout(quiet);
      req.off("data", count).off("close", onClose).unpipe(parser);
    }
    function fail(error: unknown): void {
      if (over) return;
      stop();
      chunks.length = 0;
      reject(error);
    }
    function refuse(message: string): void {
      fail(new DomainError("bad_request", message));
    }
    function count(chunk: Buffer): void {
      quiet.refresh();
      received += chunk.length;
      if (received > limits.imageBytes + overhead) fail(tooLarge());
    }
    function onClose(): void {
      if (!req.complete) refuse("The upload was broken off.");
    }
    function keep(chunk: Buffer): void {
      if (over) return;
      try {
        pass.hold(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        fail(error);
      }
    }

    parser.on("file", (field, stream, info) => {
      stream.on("data", keep).on("limit", () => fail(tooLarge())).on("error", () => {});
      if (field === "file") name = info.filename ?? "";
      else refuse("The file must be in the field `file`.");
    });
    parser.on("field", (field, value) => {
      if (field !== "conversationId") return;
      const parsed = z.safeParse(id, value);
      if (!parsed.success || conversationId !== undefined) return refuse("conversationId must be one id.");
      conversationId = parsed.data;
    });
    parser.on("filesLimit", () => refuse("Send one file at a time."));
    parser.on("partsLimit", () => refuse("The form has too many parts."));
    parser.on("fieldsLimit", () => refuse("The form has too many fields."));
    parser.on("error", () => refuse("The form is malformed."));
    parser.on("close", () => {
      if (over) return;
      if (name === null) return refuse("The form has no file in the field `file`.");
      stop();
      resolve({ bytes: Buffer.concat(chunks), name, ...(conversationId !== undefined && { conversationId }) });
    });
    req.on("data", count).on("close", onClose).pipe(parser);
    if (req.destroyed) onClose();
  });
}

function openParser(req: IncomingMessage): busboy.Busboy {
  const type = req.headers["content-type"] ?? "";
  if (!/^multipart\/form-data\s*(?:;|$)/iu.test(type) || req.headers["content-encoding"] !== undefined) {
    throw new DomainError("unsupported_media", "Send the picture as multipart/form-data, in the field `file`.");
  }
  try {
    return busboy({ headers: req.headers, limits: formLimits, defParamCharset: "utf8" });
  } catch {
    throw new DomainError("bad_request", "The form has no boundary.");
  }
}

function tooLarge(): DomainError {
  return new DomainError("too_large", `Pictures may have at most ${limits.imageBytes / 1024 / 1024} MB.`, { details: { maxBytes: limits.imageBytes } });
}
