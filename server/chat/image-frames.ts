import type { Readable } from "node:stream";
import * as z from "zod/mini";

/*
 * What is spoken with a process that decodes pictures. To it: 4 bytes with the length of a picture, and the picture.
 * From it: 4 bytes with the length of a JSON header, the header, and as many parts as its `sizes` say.
 */
const sizes = z.array(z.int().check(z.minimum(0), z.maximum(32 * 1024 * 1024))).check(z.maxLength(2));
const frameHeader = z.discriminatedUnion("state", [
  z.object({ state: z.literal("ready"), sizes }),
  z.object({ state: z.literal("refused"), reason: z.string(), sizes }),
  z.object({ state: z.literal("done"), mime: z.enum(["image/jpeg", "image/webp"]), width: z.int(), height: z.int(), thumbhash: z.string(), sizes }),
]);
const longestHeader = 8_192;

/** One answer of the process. */
export type ImageFrame = { readonly header: z.infer<typeof frameHeader>; readonly parts: readonly Buffer[] };

/** Calls `onFrame` with each frame; with null, and never again, for what is none. */
export function readImageFrames(stream: Readable, onFrame: (frame: ImageFrame | null) => void): void {
  let chunks: Buffer[] = [];
  let received = 0;
  let wanted = 4;
  stream.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    received += chunk.length;
    while (received >= wanted) {
      const bytes = Buffer.concat(chunks);
      const found = takeFrame(bytes);
      if (found === null) {
        stream.removeAllListeners("data");
        onFrame(null);
        return;
      }
      const taken = typeof found === "number" ? 0 : found.length;
      chunks = [bytes.subarray(taken)];
      received = bytes.length - taken;
      wanted = typeof found === "number" ? found : 4;
      if (typeof found !== "number") onFrame(found.frame);
    }
  });
}

/** The first frame of `bytes` and its length; how many bytes it takes at least, if it is not whole; null for what is none. */
function takeFrame(bytes: Buffer): { frame: ImageFrame; length: number } | number | null {
  const start = 4 + bytes.readUInt32BE();
  if (start > longestHeader) return null;
  if (bytes.length < start) return start;
  const header = z.safeParse(frameHeader, parseJson(bytes.toString("utf8", 4, start)));
  if (!header.success) return null;
  const ends = header.data.sizes.map((_, index, all) => all.slice(0, index + 1).reduce((sum, size) => sum + size, start));
  const length = ends.at(-1) ?? start;
  if (bytes.length < length) return length;
  const parts = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? start, end));
  return { frame: { header: header.data, parts }, length };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
