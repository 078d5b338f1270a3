import type { Attachment } from "#protocol/objects.ts";
import { assertAction } from "#server/auth/policy.ts";
import { createId } from "#server/ids.ts";
import { cleanAttachmentName } from "./attachment-name.ts";
import { presentAttachment } from "./attachments.ts";
import { findConversation } from "./conversation-rows.ts";
import type { DecodedImage } from "./image-process.ts";
import { processImage } from "./image.ts";
import type { Caller, Node } from "./node.ts";

type Upload = {
  readonly bytes: Uint8Array;
  /** As the client calls it. */
  readonly name: string;
  /** Left out by a customer: the current one, or none yet. */
  readonly conversationId?: string;
};

/**
 * Stores a picture that its uploader can then send, once, within a day. Errors: `forbidden`, `not_found` (the
 * conversation), `rate_limited` (60 an hour, 200 MB a day), `unsupported_media`, `bad_image`, `unavailable`. After any of
 * them nothing is left of it.
 */
export async function createAttachment(caller: Caller, { bytes, name, conversationId }: Upload): Promise<Attachment> {
  const { node, identity, address } = caller;
  assertAction(identity, "attachments:upload");
  const conversation = await findPlace(caller, conversationId);
  await node.limits.consume("uploadCount", { key: identity.userId, address });
  await node.limits.consume("uploadBytes", { key: identity.userId, address, points: bytes.length });
  const image = await processImage(bytes, node.log).catch((error: unknown) => {
    node.log.info({ err: error, userId: identity.userId, bytes: bytes.length }, "an upload was refused");
    throw error;
  });
  const id = createId();
  const row = {
    id, mime: image.mime, bytes: image.full.length, name: cleanAttachmentName(name),
    width: image.width, height: image.height, thumbhash: image.thumbhash,
    fileKey: id, thumbKey: `${id}-thumb`,
  };
  try {
    // Files first: a row always has its files, and files without a row are swept away.
    await storeFiles(node, row, image);
    await node.database.prisma.attachment.create({ data: { ...row, uploaderId: identity.userId, conversationId: conversation } });
  } catch (error) {
    await discard(node, row);
    throw error;
  }
  const { fileKey: _, ...shown } = row;
  return presentAttachment(node.secrets, shown);
}

/** The conversation that it is for; null: whichever its sender writes into next. */
async function findPlace(caller: Caller, conversationId: string | undefined): Promise<string | null> {
  if (conversationId === undefined && caller.identity.role !== "customer") return null;
  const found = await findConversation(caller, conversationId);
  // A resolved one may be too old to be opened again by the time that the message is sent.
  return conversationId !== undefined || found?.status !== "resolved" ? found?.id ?? null : null;
}

type Keys = { readonly id: string; readonly fileKey: string; readonly thumbKey: string };

async function storeFiles({ storage }: Node, { fileKey, thumbKey }: Keys, { full, thumb, mime }: DecodedImage): Promise<void> {
  const results = await Promise.allSettled([storage.put(fileKey, full, mime), storage.put(thumbKey, thumb, "image/webp")]);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** Both, whatever the other does: an insert whose answer got lost may have been committed all the same. */
async function discard({ database, storage, log }: Node, { id, fileKey, thumbKey }: Keys): Promise<void> {
  const results = await Promise.allSettled([
    database.prisma.attachment.deleteMany({ where: { id } }),
    storage.remove([fileKey, thumbKey]),
  ]);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) log.warn({ err: failed.reason, attachmentId: id }, "what is left of a failed upload waits for the sweep");
}
