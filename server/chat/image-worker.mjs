// The process that decodes pictures. It is plain JavaScript because it is started from its own file by the built
// server, the development server and the tests alike; image-process.ts starts it, image-frames.ts describes what is spoken.
import sharp from "sharp";
import { rgbaToThumbHash } from "thumbhash";

/** @type {{ imagePixels: number, fullSide: number, thumbSide: number }} */
const { imagePixels, fullSide, thumbSide } = JSON.parse(process.argv[2] ?? "");

sharp.cache(false);
sharp.concurrency(1);
// Only these three decoders can be reached, whatever a file claims to be.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: ["VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer"] });

/**
 * Decodes once, upright, in sRGB and at most `fullSide` wide and high; all three results are made of those pixels, so
 * nothing but pixels of the upload is in them.
 * @param {Buffer} bytes
 */
async function convert(bytes) {
  const { data, info } = await sharp(bytes, { failOn: "error", limitInputPixels: imagePixels, pages: 1 })
    .autoOrient()
    .resize({ width: fullSide, height: fullSide, fit: "inside", withoutEnlargement: true })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const pixels = () => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
  const small = (/** @type {number} */ side) => pixels().resize({ width: side, height: side, fit: "inside", withoutEnlargement: true });

  // Photographs come as JPEG and stay so; WebP keeps the transparency and the sharp edges of everything else.
  const photograph = bytes[0] === 0xff;
  const full = await (photograph ? pixels().jpeg({ quality: 82 }) : pixels().webp({ quality: 85, effort: 2 })).toBuffer();
  const thumb = await small(thumbSide).webp({ quality: 75, effort: 2 }).toBuffer();
  const blur = await small(100).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const thumbhash = Buffer.from(rgbaToThumbHash(blur.info.width, blur.info.height, blur.data)).toString("base64");
  return { mime: photograph ? "image/jpeg" : "image/webp", width: info.width, height: info.height, thumbhash, full, thumb };
}

/** @param {object} header @param {Buffer[]} parts */
function answer(header, parts = []) {
  const json = Buffer.from(JSON.stringify({ ...header, sizes: parts.map((part) => part.length) }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  for (const part of [length, json, ...parts]) process.stdout.write(part);
}

/** @type {Buffer[]} */
let chunks = [];
let received = 0;
let wanted = -1;

/** One at a time: the next picture is sent when this one is answered. @param {Buffer} bytes */
async function serve(bytes) {
  try {
    const { full, thumb, ...facts } = await convert(bytes);
    answer({ state: "done", ...facts }, [full, thumb]);
  } catch (error) {
    answer({ state: "refused", reason: error instanceof Error ? error.message.slice(0, 500) : "" });
  }
}

process.stdin.on("data", (chunk) => {
  chunks.push(chunk);
  received += chunk.length;
  if (wanted < 0 && received >= 4) {
    chunks = [Buffer.concat(chunks)];
    wanted = chunks[0].readUInt32BE() + 4;
  }
  if (wanted < 0 || received < wanted) return;
  const bytes = Buffer.concat(chunks).subarray(4, wanted);
  [chunks, received, wanted] = [[], 0, -1];
  void serve(bytes);
});
// The server closed the pipe, or is gone.
process.stdin.on("end", () => process.exit(0));
process.stdout.on("error", () => process.exit(0));
// Ctrl-C on a terminal reaches every process of its group: the server decides what ends when.
process.on("SIGINT", () => {});

answer({ state: "ready" });
