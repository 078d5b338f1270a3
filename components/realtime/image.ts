/** Longest side of a picture that leaves this browser. */
export const longestSide = 2_048;
const quality = 0.85;

export type PreparedImage = { blob: Blob; name: string; width: number; height: number };

/**
 * Makes a picture ready to send: at most 2,048 px, re-encoded as WebP (JPEG where the browser cannot), which leaves
 * place and camera behind. A PNG or WebP that is small enough and would only grow stays as it is. Null when the
 * browser cannot read it: then the server says what is wrong.
 */
export async function prepareImage(file: Blob, name: string): Promise<PreparedImage | null> {
  const bitmap = await readBitmap(file);
  if (bitmap === null) return null;
  try {
    const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const encoded = await encode(bitmap, width, height);
    const mayStay = scale === 1 && (file.type === "image/png" || file.type === "image/webp");
    if (encoded === null || (mayStay && file.size <= encoded.size)) return { blob: file, name, width, height };
    return { blob: encoded, name: rename(name, encoded.type), width, height };
  } finally {
    bitmap.close();
  }
}

/** Width and height of a picture as it is shown, or null when this browser cannot read it. */
export async function measureImage(file: Blob): Promise<{ width: number; height: number } | null> {
  const bitmap = await readBitmap(file);
  if (bitmap === null) return null;
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}

async function readBitmap(file: Blob): Promise<ImageBitmap | null> {
  if (typeof createImageBitmap === "undefined") return null;
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
}

async function encode(bitmap: ImageBitmap, width: number, height: number): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) return null;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const webp = await toBlob(canvas, "image/webp");
  if (webp?.type === "image/webp") return webp;
  /* JPEG knows no transparency: what is see-through becomes white instead of black. */
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  return toBlob(canvas, "image/jpeg");
}

function toBlob(canvas: HTMLCanvasElement, type: string): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}

function rename(name: string, type: string): string {
  const base = name.replace(/\.[^.]*$/, "") || "image";
  return `${base}.${type === "image/webp" ? "webp" : "jpg"}`;
}
