/** What the first bytes of a picture say. */
export type ImageHeader = {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Bytes of pixels that must be held at once to decode it; 0: it is read line by line, or the decoder limits itself. */
  readonly held: number;
};

export type ImageType = "image/jpeg" | "image/png" | "image/webp";

const still = { frames: 1, held: 0 } as const;

/**
 * Reads the size and the number of frames without decoding anything, so that a bomb is refused for what it claims to be.
 * Null when the header is damaged.
 */
export function readImageHeader(type: ImageType, bytes: Uint8Array): ImageHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (type === "image/jpeg") return readJpeg(view);
    return type === "image/png" ? readPng(view) : readWebp(view);
  } catch (error) {
    // Read past the end.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Segments up to the start of the frame, which has height and width. */
function readJpeg(view: DataView): ImageHeader | null {
  for (let at = 2; at + 4 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    const alone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (marker === 0xff) at += 1;
    else if (alone) at += 2;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), ...still };
    } else if (marker === 0xda || marker === 0xd9) return null;
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** IHDR comes first; acTL, if the picture is animated, stands before the first IDAT. */
function readPng(view: DataView): ImageHeader | null {
  if (tagAt(view, 12) !== "IHDR") return null;
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  const samples = { 2: 3, 4: 2, 6: 4 }[view.getUint8(25)] ?? 1;
  const interlaced = view.getUint8(28) !== 0;
  const held = interlaced ? (size.width * size.height * samples * view.getUint8(24)) / 8 : 0;
  for (let at = 8; at + 12 <= view.byteLength;) {
    const tag = tagAt(view, at + 4);
    if (tag === "acTL") return { ...size, held, frames: view.getUint32(at + 8) };
    if (tag === "IDAT") break;
    at += 12 + view.getUint32(at);
  }
  return { ...size, held, frames: 1 };
}

/** Lossy, lossless, or the extended format, which alone can be animated. Little-endian. */
function readWebp(view: DataView): ImageHeader | null {
  const tag = tagAt(view, 12);
  if (tag === "VP8 ") return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, ...still };
  if (tag === "VP8L") {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, ...still };
  }
  if (tag !== "VP8X") return null;
  const side = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536 + 1;
  return { width: side(24), height: side(27), held: 0, frames: countWebpFrames(view) };
}

function countWebpFrames(view: DataView): number {
  let frames = 0;
  for (let at = 12; at + 8 <= view.byteLength;) {
    if (tagAt(view, at) === "ANMF") frames += 1;
    const size = view.getUint32(at + 4, true);
    at += 8 + size + (size % 2);
  }
  return Math.max(1, frames);
}

function tagAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}
