import { monitorEventLoopDelay } from "node:perf_hooks";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createLog } from "#server/log.ts";
import { makePicture } from "#server/testing/pictures.ts";
import { createImageDecoders } from "./image-decoders.ts";
import { startImageProcess } from "./image-process.ts";

const log = createLog({ level: "silent", pretty: false });
const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : error);

describe("the decoders", () => {
  it("let a hundred pictures of 25 megapixels wait or go, and hold nobody else up", async () => {
    const decoders = createImageDecoders({ waiting: 8 });
    const bytes = await sharp({ create: { width: 5_000, height: 5_000, channels: 3, background: "#336699" } }).png().toBuffer();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const before = process.memoryUsage().rss;
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => decoders.decode(bytes, log).then(({ width }) => width, codeOf)));
    delay.disable();
    expect(outcomes.filter((outcome) => outcome === 2_048)).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === "unavailable")).toHaveLength(90);
    expect(delay.percentile(99) / 1e6).toBeLessThan(100);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
  });

  it("end one that takes too long, and read the next", async () => {
    const slow = await makePicture("png", { width: 5_000, height: 5_000 });
    await expect(createImageDecoders({ limitMs: 1 }).decode(slow, log)).rejects.toMatchObject({ code: "bad_image" });
    const decoders = createImageDecoders({ processes: 1, limitMs: 30_000 });
    expect(await decoders.decode(slow, log)).toMatchObject({ width: 2_048 });
    expect(await decoders.decode(await makePicture("jpeg"), log)).toMatchObject({ width: 64 });
  });

  it("start again after they ended for want of work", async () => {
    const decoders = createImageDecoders({ processes: 1, idleMs: 0 });
    const bytes = await makePicture("webp");
    for (let round = 0; round < 3; round += 1) expect(await decoders.decode(bytes, log)).toMatchObject({ width: 64 });
  });
});

describe("a process that decodes", () => {
  it("is over after a picture that outlasts it", async () => {
    const decoder = await startImageProcess({ log, limitMs: 1, idleMs: 30_000 });
    expect(decoder.alive()).toBe(true);
    await expect(decoder.decode(await makePicture("png", { width: 5_000, height: 5_000 }))).rejects.toMatchObject({ code: "bad_image" });
    expect(decoder.alive()).toBe(false);
  });

  it("goes on after a damaged one", async () => {
    const decoder = await startImageProcess({ log, limitMs: 5_000, idleMs: 30_000 });
    await expect(decoder.decode(Buffer.from("no picture"))).rejects.toMatchObject({ code: "bad_image", message: "This picture is damaged." });
    await expect(decoder.decode(Buffer.alloc(0))).rejects.toMatchObject({ code: "bad_image" });
    expect(decoder.alive()).toBe(true);
    expect(await decoder.decode(await makePicture("png"))).toMatchObject({ mime: "image/webp" });
  });
});
