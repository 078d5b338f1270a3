import type { Caller } from "#server/chat/node.ts";
import { createAttachment } from "#server/chat/uploads.ts";
import { createUploadGate } from "#server/gateways/http/upload-gate.ts";
import { remember } from "#server/runtime.ts";

import type { RayimFrame } from "./rayim-frame.ts";
import type { MessageContent } from "./send-own.ts";

/**
 * The content of a message as it is stored: a picture goes through the same pipeline, and counts against the same
 * limits, as an upload. Errors: those of an upload.
 */
export async function prepareContent(caller: Caller, content: RayimFrame["content"]): Promise<MessageContent> {
  if ("text" in content) return { kind: "text", text: content.text };
  const pass = remember("upload-gate", () => createUploadGate()).enter(caller.identity.userId);
  try {
    pass.hold(content.picture.length);
    const { id } = await createAttachment(caller, { bytes: content.picture, name: "" });
    return { kind: "image", attachmentIds: [id] };
  } finally {
    pass.leave();
  }
}
