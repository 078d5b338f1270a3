import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { thumbHashToApproximateAspectRatio } from "thumbhash";
import { describe, expect, it } from "vitest";
import { createLog } from "#server/log.ts";
import { drawPicture, makePhotograph, makePicture, pngChunk, pngHeader, pngSignature } from "#server/testing/pictures.ts";
import { createImageDecoders } from "./image-decoders.ts";
import { processImage } from "./image.ts";

const log = createLog({ level: "silent", pretty: false });
const read = (bytes: Buffer) => processImage(bytes, log);
const wide = { width: 4_000, height: 1_000 };

/** The code of the refusal, and how many milliseconds it took. */
async function refusalOf(bytes: Buffer): Promise<{ code: unknown; took: number }> {
  const start = performance.now();
  const code = await read(bytes).then(() => "accepted", (error: unknown) => (error instanceof Error && "code" in error ? error.code : error));
  return { code, took: performance.now() - start };
}

describe("a picture", () => {
  it.each([["jpeg", "image/jpeg"], ["png", "image/webp"], ["webp", "image/webp"]] as const)("in %s becomes %s with a thumbnail and a blur", async (format, mime) => {
    const image = await read(await makePicture(format, wide));
    expect(image).toMatchObject({ mime, width: 2_048, height: 512 });
    expect(await sharp(image.full).metadata()).toMatchObject({ format: mime.slice(6), width: 2_048, height: 512, space: "srgb" });
    expect(await sharp(image.thumb).metadata()).toMatchObject({ format: "webp", width: 320, height: 80 });
    expect(thumbHashToApproximateAspectRatio(Buffer.from(image.thumbhash, "base64"))).toBeGreaterThan(2);
  });

  it.each([[1, 1], [8_192, 1], [1, 8_192], [320, 320]])("of %i × %i pixels is taken, and never enlarged", async (width, height) => {
    const image = await read(await makePicture("png", { width, height }));
    expect(image).toMatchObject({ width: Math.min(width, 2_048), height: Math.min(height, 2_048) });
    expect(image.thumbhash).not.toBe("");
  });

  it("keeps its transparency", async () => {
    const bytes = await sharp({ create: { width: 40, height: 40, channels: 4, background: "#00ff0040" } }).png().toBuffer();
    const { full } = await read(bytes);
    expect((await sharp(full).raw().toBuffer())[3]).toBe(0x40);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("with orientation %i is turned upright", async (orientation) => {
    const upright = drawPicture({ width: 60, height: 40 });
    const turned = await sharp(await upright.png().toBuffer()).jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer();
    const image = await read(turned);
    expect([image.width, image.height]).toEqual(orientation < 5 ? [60, 40] : [40, 60]);
    expect((await sharp(image.full).metadata()).orientation).toBeUndefined();
    const pixels = await sharp(image.full).raw().toBuffer();
    const red = (x: number, y: number): number => ((pixels[(y * image.width + x) * 3] ?? 0) > 128 ? 1 : 0);
    const [right, bottom] = [image.width - 1, image.height - 1];
    const sides = new Map([["1010", "left"], ["0101", "right"], ["1100", "top"], ["0011", "bottom"]]);
    expect(sides.get([red(0, 0), red(right, 0), red(0, bottom), red(right, bottom)].join(""))).toBe(["left", "right", "right", "left", "top", "top", "bottom", "bottom"][orientation - 1]);
  });

  it("of any colour kind is decoded: CMYK, 16 bits, grey, grey with alpha, a palette, progressive, a colour profile", async () => {
    const size = { width: 64, height: 48 };
    const rgba = await sharp({ create: { ...size, channels: 4, background: "#80808080" } }).png().toBuffer();
    const kinds = [
      await drawPicture(size).toColourspace("cmyk").jpeg().toBuffer(),
      await drawPicture(size).toColourspace("rgb16").png().toBuffer(),
      await drawPicture(size).greyscale().jpeg().toBuffer(),
      await sharp(rgba).toColourspace("b-w").png().toBuffer(),
      await drawPicture(size).png({ palette: true }).toBuffer(),
      await drawPicture(size).png({ progressive: true }).toBuffer(),
      await drawPicture(size).jpeg({ progressive: true }).toBuffer(),
      await drawPicture(size).withIccProfile("p3").jpeg().toBuffer(),
      await drawPicture(size).webp({ lossless: true }).toBuffer(),
    ];
    for (const bytes of kinds) {
      const image = await read(bytes);
      expect(image).toMatchObject(size);
      expect(await sharp(image.full).metadata()).toMatchObject({ space: "srgb", depth: "uchar" });
    }
  });
});

describe("what is no JPEG, PNG or WebP", () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>`;
  it.each([
    ["SVG", svg],
    ["SVG with a declaration", `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg}`],
    ["HTML", "<!doctype html><script>alert(1)</script>"],
    ["JavaScript", "alert(1)"],
    ["PDF", "%PDF-1.7\n1 0 obj"],
    ["ZIP", Buffer.from("504b0304140000000800", "hex")],
    ["EXE", Buffer.concat([Buffer.from("MZ"), Buffer.alloc(200)])],
    ["MP4", Buffer.concat([Buffer.from("000000186674797069736f6d", "hex"), Buffer.alloc(20)])],
    ["HEIC", Buffer.concat([Buffer.from("000000186674797068656963", "hex"), Buffer.alloc(20)])],
    ["AVIF", Buffer.concat([Buffer.from("000000186674797061766966", "hex"), Buffer.alloc(20)])],
    ["PostScript", "%!PS-Adobe-3.0 EPSF-3.0\n"],
    ["PSD", Buffer.from("384250530001", "hex")],
    ["PPM", "P6\n1 1\n255\nabc"],
    ["libvips' own", Buffer.from("08f2a6b600000000", "hex")],
    ["BMP", Buffer.concat([Buffer.from("BM"), Buffer.alloc(60)])],
    ["GIF with a script", "GIF89a/*\x01\x00*/=1;alert(1)"],
    ["nothing", ""],
    ["one byte", "\xff"],
    ["zeros", Buffer.alloc(5_000)],
  ])("is refused by its content: %s", async (_, content) => {
    await expect(read(Buffer.from(content))).rejects.toMatchObject({ code: "unsupported_media", message: expect.stringContaining("JPEG, PNG or WebP") });
  });

  it.each(["gif", "tiff"] as const)("is refused: %s", async (format) => {
    expect((await refusalOf(await makePicture(format))).code).toBe("unsupported_media");
  });

  it("reaches no other decoder even past the first check", async () => {
    const decoders = createImageDecoders();
    const others = [await makePicture("gif"), await makePicture("tiff"), await drawPicture({ width: 9, height: 9 }).avif().toBuffer(), Buffer.from(svg), Buffer.from("P6\n1 1\n255\nabc")];
    for (const bytes of others) await expect(decoders.decode(bytes, log)).rejects.toMatchObject({ code: "bad_image", cause: { message: expect.stringMatching(/unsupported image format/u) } });
  });
});

describe("what hides in a picture", () => {
  const payload = "<script>alert('hidden')</script><?php system($_GET[0]); ?>";

  it("does not come out again", async () => {
    const jpeg = await makePicture("jpeg");
    const png = await makePicture("png");
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, payload.length + 2]), Buffer.from(payload)]);
    const hosts = [
      Buffer.concat([jpeg, Buffer.from("504b0304", "hex"), Buffer.from(payload)]),
      Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]),
      Buffer.concat([png, Buffer.from(payload)]),
      Buffer.concat([png.subarray(0, 33), pngChunk("tEXt", Buffer.from(`Comment\0${payload}`)), png.subarray(33)]),
      await drawPicture({ width: 64, height: 48 }).webp().withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>${payload.replaceAll(/[<>]/gu, "")}</a></x:xmpmeta>`).toBuffer(),
    ];
    for (const host of hosts) {
      expect(host.includes("alert(")).toBe(true);
      const { full, thumb } = await read(host);
      for (const out of [full, thumb]) expect(out.includes("alert(") || out.includes("PK\x03\x04")).toBe(false);
    }
  });

  it("leaves no place, camera, profile or earlier thumbnail", async () => {
    const exif = { IFD0: { Make: "SecretCamera", Copyright: "SecretOwner" }, IFD3: { GPSLatitude: "31/1 13/1 0/1", GPSLatitudeRef: "N" } };
    for (const format of ["jpeg", "webp", "png"] as const) {
      const bytes = await drawPicture({ width: 64, height: 48 }).toFormat(format).withExif(exif).withIccProfile("p3").toBuffer();
      const before = await sharp(bytes).metadata();
      expect([before.exif, before.icc]).not.toContain(undefined);
      const { full, thumb } = await read(bytes);
      for (const out of [full, thumb]) {
        const { exif: kept, icc, xmp, iptc } = await sharp(out).metadata();
        expect([kept, icc, xmp, iptc]).toEqual([undefined, undefined, undefined, undefined]);
        expect(out.includes("Secret")).toBe(false);
      }
    }
  });
});

describe("a bomb", () => {
  const rows = deflateSync(Buffer.alloc(1_000_000));
  const png = (width: number, height: number, ...more: Buffer[]): Buffer =>
    Buffer.concat([pngSignature, pngHeader({ width, height }), ...more, pngChunk("IDAT", rows), pngChunk("IEND", Buffer.alloc(0))]);
  const frames = Buffer.from("0000271000000000", "hex");
  const jpeg = Buffer.from("ffd8ffc00011080000000003012200021101031101", "hex");

  it.each([
    ["a PNG of 50,000 × 50,000", png(50_000, 50_000)],
    ["a PNG of 30,000 × 1", png(30_000, 1)],
    ["a PNG of 5,001 × 5,000", png(5_001, 5_000)],
    ["a PNG of 0 × 0", png(0, 0)],
    ["a PNG of 4,294,967,295 on a side", png(0xffffffff, 0xffffffff)],
    ["an interlaced PNG of 5,000 × 5,000 in 16 bits", Buffer.concat([pngSignature, pngChunk("IHDR", Buffer.from("00001388000013881006000001", "hex")), pngChunk("IDAT", rows)])],
    ["a PNG of 10,000 frames", png(10, 10, pngChunk("acTL", frames))],
    ["a JPEG of 65,535 × 65,535", Buffer.concat([jpeg.subarray(0, 7), Buffer.from("ffffffff", "hex"), jpeg.subarray(11)])],
    ["a JPEG of 0 × 0", jpeg],
    ["a WebP of 16,384 × 16,384", Buffer.from("524946462a000000574542505650384c0d0000002fffffff0f0000000000000000", "hex")],
  ])("is refused for what its header says: %s", async (_, bytes) => {
    const before = process.memoryUsage().rss;
    const { code, took } = await refusalOf(bytes);
    expect(code).toBe("bad_image");
    expect(took).toBeLessThan(200);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
  });

  it("is refused when it is animated", async () => {
    const frames = await Promise.all([makePicture("png"), makePicture("webp", { width: 64, height: 20 })]);
    const animated = await sharp(frames, { join: { animated: true } }).webp().toBuffer();
    expect((await sharp(animated).metadata()).pages).toBe(2);
    await expect(read(animated)).rejects.toMatchObject({ code: "bad_image", message: expect.stringContaining("Animated") });
  });

  it("that lies about its size decodes to the claimed size or not at all", async () => {
    const small = await makePicture("png", { width: 300, height: 300 });
    const claims = (width: number, height: number): Buffer => Buffer.concat([pngSignature, pngHeader({ width, height }), small.subarray(33)]);
    const outcome = ([width, height]: readonly [number, number]): Promise<unknown> =>
      read(claims(width, height)).then((image) => image.width, (error: unknown) => (error instanceof Error && "code" in error ? error.code : error));
    expect([10, "bad_image"]).toContain(await outcome([10, 10]));
    expect([2_048, "bad_image"]).toContain(await outcome([4_000, 4_000]));
  });
});

describe("a damaged picture", () => {
  it.each(["jpeg", "png", "webp"] as const)("is refused or decoded when cut off: %s", async (format) => {
    const whole = await sharp(await makePhotograph({ width: 200, height: 160 })).toFormat(format).toBuffer();
    const codes = await Promise.all(Array.from({ length: 9 }, (_, tenth) => refusalOf(whole.subarray(0, Math.floor((whole.length * (tenth + 1)) / 10)))));
    expect(codes.map(({ code }) => code)).toEqual(Array.from({ length: 9 }, () => "bad_image"));
  });

  it("is refused for a wrong checksum", async () => {
    const png = await makePicture("png");
    png.writeUInt32BE(0, png.indexOf("IDAT") + 4 + png.readUInt32BE(png.indexOf("IDAT") - 4));
    expect((await refusalOf(png)).code).toBe("bad_image");
  });

  it("does not stop the next one", async () => {
    const bytes = await makePicture("jpeg");
    const broken = Buffer.concat([bytes.subarray(0, 200), Buffer.alloc(200), bytes.subarray(400)]);
    await Promise.all([refusalOf(broken), refusalOf(bytes.subarray(0, 100))]);
    expect(await read(bytes)).toMatchObject({ width: 64 });
  });
});
