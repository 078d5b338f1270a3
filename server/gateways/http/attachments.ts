import { pipeline } from "node:stream/promises";
import * as z from "zod/mini";
import { assertAction } from "#server/auth/policy.ts";
import { contentDisposition } from "#server/chat/attachment-name.ts";
import { type AttachmentFile, readAttachment } from "#server/chat/attachments.ts";
import type { Context } from "#server/chat/node.ts";
import { createAttachment } from "#server/chat/uploads.ts";
import { remember } from "#server/runtime.ts";
import { readUploadForm } from "./multipart.ts";
import { readQuery } from "./query.ts";
import { type HttpRequest, readId, type Reply } from "./request.ts";
import { createUploadGate } from "./upload-gate.ts";

/** Milliseconds that a client may take over the next bytes of a picture. */
const readerMs = 30_000;
export const downloadQuery = z.object({ token: z.optional(z.string()), size: z.optional(z.enum(["full", "thumb"])) });

/** `POST /api/v1/attachments`: stores the picture of a form and answers 201 with the Attachment. */
export async function handleUpload(context: Context, { req }: HttpRequest): Promise<Reply> {
  const { identity } = context;
  assertAction(identity, "attachments:upload");
  const pass = remember("upload-gate", () => createUploadGate()).enter(identity.userId);
  try {
    const form = await readUploadForm(req, pass);
    return { status: 201, body: await createAttachment({ ...context, identity }, form) };
  } finally {
    pass.leave();
  }
}

/** `GET` or `HEAD /api/v1/attachments/{id}?token=…[&size=thumb]`: the picture. */
export async function handleDownload(context: Context, request: HttpRequest): Promise<Reply> {
  const { req, res } = request;
  const id = readId(request, "id");
  const { token = null, size = "full" } = readQuery(request, downloadQuery);
  const file = await readAttachment(context, { id, token, size });
  const etag = `"${id}-${size}"`;
  const known = req.headers["if-none-match"]?.includes(etag) === true;
  for (const [name, value] of Object.entries(headersOf(file))) res.setHeader(name, value);
  res.setHeader("ETag", etag);
  if (known || req.method === "HEAD") {
    file.stream.destroy();
    res.writeHead(known ? 304 : 200).end();
    return null;
  }
  res.setTimeout(readerMs, () => res.destroy());
  try {
    await pipeline(file.stream, res);
  } catch (error) {
    // The headers are out: whoever went away is not told, and whoever reads sees a picture cut short.
    context.node.log.debug({ err: error, attachmentId: id }, "a picture was not read to its end");
  }
  return null;
}

/** Nothing in a picture may run, whatever a browser takes it for; and pages of other origins, the shop's, may show it. */
function headersOf({ mime, bytes, name, validUntil }: AttachmentFile): Record<string, string | number> {
  const seconds = validUntil === null ? 0 : Math.max(0, Math.floor((validUntil.getTime() - Date.now()) / 1000));
  return {
    "Content-Type": mime,
    "Content-Length": bytes,
    "Content-Disposition": contentDisposition(name, mime),
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    ...(validUntil === null
      ? { "Cache-Control": "private, no-cache", Vary: "Origin, Authorization, Cookie" }
      : { "Cache-Control": `private, max-age=${seconds}, immutable` }),
  };
}
