import { buffer } from "node:stream/consumers";

import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";

import type { Caller, Node } from "./node.ts";

type Facts = { mime: string; bytes: number; name: string; width: number | null; height: number | null; thumbhash: string | null };
type Original = {
  id: string;
  facts: Facts;
  fileKey: string;
  thumbKey: string | null;
  used: boolean;
  /** The message that uses it up, and whose conversation that stands in. */
  clientMsgId: string | null;
  customerId: string | null;
};

/** Whether a picture was used up by the same sending, for this customer. */
type OfSameSending = (clientMsgId: string, customerId: string) => boolean;

/**
 * Pictures for one more recipient of the same sending: the originals while they are unused, afterwards copies with
 * files of their own, so that a recall takes away only one. What was used otherwise is not given: each is used once.
 * Errors: `not_found`, `unavailable`.
 */
export async function provideAttachments(caller: Caller, ids: readonly string[], ofSameSending: OfSameSending): Promise<string[]> {
  if (ids.length === 0) return [];
  const { node, identity } = caller;
  const { rows } = await node.database.pool.query<Original>(
    `select a.id, a."fileKey", a."thumbKey", a."messageId" is not null as used, m."clientMsgId", c."customerId",
            json_build_object('mime', a.mime, 'bytes', a.bytes, 'name', a.name, 'width', a.width, 'height', a.height, 'thumbhash', a.thumbhash) as facts
       from "Attachment" a left join "Message" m on m.id = a."messageId" left join "Conversation" c on c.id = m."conversationId"
      where a.id = any($1::uuid[]) and a."uploaderId" = $2`,
    [ids, identity.userId],
  );
  const originals = new Map(rows.map((row) => [row.id, row]));
  const provided: string[] = [];
  for (const id of ids) {
    const original = originals.get(id);
    const again = original !== undefined && ofSameSending(original.clientMsgId ?? "", original.customerId ?? "");
    if (original === undefined || (original.used && !again)) throw notFound();
    provided.push(original.used ? await copy(node, original, identity.userId) : id);
  }
  return provided;
}

/* Files first: a row always has its files, and files without a row are swept away. */
async function copy(node: Node, { facts, fileKey, thumbKey }: Original, uploaderId: string): Promise<string> {
  const id = createId();
  const copied = { fileKey: id, thumbKey: thumbKey === null ? null : `${id}-thumb` };
  await copyFile(node, fileKey, { key: copied.fileKey, mime: facts.mime });
  if (thumbKey !== null && copied.thumbKey !== null) await copyFile(node, thumbKey, { key: copied.thumbKey, mime: "image/webp" });
  await node.database.prisma.attachment.create({ data: { ...facts, ...copied, id, uploaderId } });
  return id;
}

async function copyFile({ storage }: Node, from: string, { key, mime }: { key: string; mime: string }): Promise<void> {
  const file = await storage.open(from);
  if (file === null) throw notFound();
  await storage.put(key, await buffer(file.stream), mime);
}

function notFound(): DomainError {
  return new DomainError("not_found", "This attachment does not exist, or it is not yours to use.");
}
