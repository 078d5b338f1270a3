import type { Prisma } from "#prisma/generated/client.ts";
import { processImage } from "#server/chat/image.ts";
import type { Platform } from "#server/platform.ts";
import type { WantedPicture } from "./compose.ts";
import { drawPicture } from "./pictures.ts";

/** Draws the pictures, has them read as uploads are, stores their files and answers their rows. */
export async function storePictures({ storage, log }: Pick<Platform, "storage" | "log">, wanted: readonly WantedPicture[]): Promise<Prisma.AttachmentCreateManyInput[]> {
  const names = [...new Set(wanted.map(({ name }) => name))];
  const images = new Map(await Promise.all(names.map(async (name) => [name, await processImage(await drawPicture(name), log)] as const)));
  const rows: Prisma.AttachmentCreateManyInput[] = [];
  for (const { id, name, uploaderId, conversationId, messageId, at } of wanted) {
    const image = images.get(name);
    if (image === undefined) continue;
    const { mime, full, thumb, width, height, thumbhash } = image;
    const thumbKey = `${id}-thumb`;
    await storage.put(id, full, mime);
    await storage.put(thumbKey, thumb, "image/webp");
    rows.push({ id, uploaderId, conversationId, messageId, mime, bytes: full.length, name: `${name}.png`, width, height, thumbhash, fileKey: id, thumbKey, createdAt: at });
  }
  return rows;
}
