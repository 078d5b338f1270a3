import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { type ImageFrame, readImageFrames } from "./image-frames.ts";

function frame(header: object, ...parts: readonly string[]): Buffer {
  const json = Buffer.from(JSON.stringify({ ...header, sizes: parts.map((part) => part.length) }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, ...parts.map((part) => Buffer.from(part))]);
}

/** What is heard when `bytes` arrive in pieces of `step`. */
async function hear(bytes: Buffer, step: number): Promise<(ImageFrame | null)[]> {
  const stream = new PassThrough();
  const heard: (ImageFrame | null)[] = [];
  readImageFrames(stream, (one) => heard.push(one));
  for (let at = 0; at < bytes.length; at += step) stream.write(bytes.subarray(at, at + step));
  stream.end();
  stream.resume();
  await finished(stream);
  return heard;
}

describe("the frames of a decoder", () => {
  const done = { state: "done", mime: "image/webp", width: 3, height: 2, thumbhash: "aa==" };

  it.each([1, 3, 7, 10_000])("are found however they arrive: %i bytes at a time", async (step) => {
    const heard = await hear(Buffer.concat([frame({ state: "ready" }), frame(done, "full", "thumb"), frame({ state: "refused", reason: "no" })]), step);
    expect(heard.map((one) => one?.header.state)).toEqual(["ready", "done", "refused"]);
    expect(heard[1]?.parts.map(String)).toEqual(["full", "thumb"]);
  });

  it.each([
    ["a header of 4 GB", Buffer.from("ffffffff7b7d", "hex")],
    ["no JSON", Buffer.from("000000027b7c", "hex")],
    ["an unknown state", frame({ state: "surprise" })],
    ["a type that is none of ours", frame({ ...done, mime: "text/html" }, "full", "thumb")],
    ["a part of 1 TB", Buffer.from(`\0\0\0\x29${JSON.stringify({ state: "ready", sizes: [1_099_511_627_776] })}`)],
  ])("are refused when they are none: %s", async (_, bytes) => {
    expect(await hear(Buffer.concat([bytes, frame({ state: "ready" })]), 10_000)).toEqual([null]);
  });
});
