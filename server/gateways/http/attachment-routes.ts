import * as z from "zod/mini";

import { attachment, id } from "#protocol/objects.ts";

import { downloadQuery, handleDownload, handleUpload } from "./attachments.ts";
import { known, type Route } from "./route.ts";

/** Pictures: a form in, bytes out. Who may is asked where the object is known. */
export const attachmentRoutes: readonly Route[] = [
  known("POST /api/v1/attachments", {
    operation: "uploadAttachment", summary: "Stores a picture, to be sent once by its uploader.",
    form: z.object({ file: z.file(), conversationId: z.optional(id) }), status: 201, answer: attachment,
  }, handleUpload),

  known("GET /api/v1/attachments/{id}", {
    operation: "downloadAttachment", summary: "Answers a picture, for its token or for whoever may see the conversation.",
    query: downloadQuery, status: 200, media: "image/*",
  }, handleDownload),
];
