import { fileTypeFromBuffer } from "file-type";
import { limits } from "#protocol/limits.ts";
import { DomainError } from "#server/errors.ts";
import type { Log } from "#server/log.ts";
import { remember } from "#server/runtime.ts";
import { createImageDecoders } from "./image-decoders.ts";
import { type ImageType, readImageHeader } from "./image-header.ts";
import type { DecodedImage } from "./image-process.ts";

/** All that file-type looks at. */
const magicBytes = 4_100;
/** 25 million pixels of four bytes; interlaced pictures of 16 bits a colour would take twice as much. */
const mostHeld = 4 * limits.imagePixels;
const accepted = "Pictures may be JPEG, PNG or WebP";

/**
 * Turns an upload into what is stored: upright, in sRGB, at most 2,048 px wide and high, with a thumbnail of 320 px,
 * and no byte of the upload but its pixels. Decodes two at a time in processes of their own, for the whole process.
 * Errors: `unsupported_media`, `bad_image` (damaged, too large in pixels, animated), `unavailable` (too many waiting).
 */
export async function processImage(bytes: Uint8Array, log: Log): Promise<DecodedImage> {
  const type = await findImageType(bytes);
  const header = readImageHeader(type, bytes);
  if (header === null || header.width === 0 || header.height === 0) throw new DomainError("bad_image", "This picture is damaged: its size cannot be read.");
  const { width, height, frames, held } = header;
  if (frames > 1) throw new DomainError("bad_image", "Animated pictures are not accepted.");
  if (width > limits.imageSidePixels || height > limits.imageSidePixels || width * height > limits.imagePixels) {
    throw new DomainError("bad_image", `This picture has ${width} × ${height} pixels; at most ${limits.imageSidePixels} on a side and ${limits.imagePixels / 1e6} million in all are accepted.`, {
      details: { width, height, maxSide: limits.imageSidePixels, maxPixels: limits.imagePixels },
    });
  }
  if (held > mostHeld) throw new DomainError("bad_image", "This picture takes too much memory to read. Save it without interlacing, or with 8 bits a colour.");
  return remember("image-decoders", () => createImageDecoders()).decode(bytes, log);
}

/** Goes by the first bytes alone: names and content types are what the sender likes them to be. */
async function findImageType(bytes: Uint8Array): Promise<ImageType> {
  const found = await fileTypeFromBuffer(bytes.subarray(0, magicBytes)).catch(() => undefined);
  const mime = found?.mime === "image/apng" ? "image/png" : found?.mime;
  if (mime === "image/jpeg" || mime === "image/png" || mime === "image/webp") return mime;
  const is = found === undefined ? "this is none of them" : `this is ${found.mime}`;
  throw new DomainError("unsupported_media", `${accepted}; ${is}.`, { details: { accepted: ["image/jpeg", "image/png", "image/webp"] } });
}
