import sharp, { type Sharp } from "sharp";

type Format = "jpeg" | "png" | "webp" | "gif" | "tiff";
type Size = { readonly width: number; readonly height: number };

/** A picture in one colour: its left half red, so that turning it shows. */
export function makePicture(format: Format, { width, height }: Size = { width: 64, height: 48 }): Promise<Buffer> {
  return drawPicture({ width, height }).toFormat(format).toBuffer();
}

/** The same before it is encoded. */
export function drawPicture({ width, height }: Size): Sharp {
  const half = { create: { width: Math.max(1, Math.floor(width / 2)), height, channels: 3, background: "#ff0000" } } as const;
  return sharp({ create: { width, height, channels: 3, background: "#0000ff" } }).composite([{ input: half, left: 0, top: 0 }]);
}

/** A picture that compresses as badly as a photograph. */
export async function makePhotograph({ width, height }: Size): Promise<Buffer> {
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const grain = { width: Math.ceil(width / 8), height: Math.ceil(height / 8), channels: 3, background: "#888888", noise } as const;
  return sharp({ create: grain }).resize(width, height, { kernel: "cubic" }).jpeg({ quality: 90 }).toBuffer();
}

/** One PNG chunk, with its right checksum. */
export function pngChunk(tag: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(tag, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** The IHDR chunk of an 8-bit RGB PNG. */
export function pngHeader({ width, height }: Size): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([8, 2, 0, 0, 0], 8);
  return pngChunk("IHDR", data);
}

export const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/* node:zlib has one from Node 22.2 on. */
function crc32(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
