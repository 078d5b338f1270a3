import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { setPriority } from "node:os";
import { join } from "node:path";
import { limits } from "#protocol/limits.ts";
import { DomainError } from "#server/errors.ts";
import { installationRoot } from "#server/installation.ts";
import type { Log } from "#server/log.ts";
import { type ImageFrame, readImageFrames } from "./image-frames.ts";

/** A picture as it is stored and shown. */
export type DecodedImage = {
  readonly mime: "image/jpeg" | "image/webp";
  readonly width: number;
  readonly height: number;
  /** Base64. */
  readonly thumbhash: string;
  readonly full: Buffer;
  /** WebP. */
  readonly thumb: Buffer;
};

/** One process that decodes one picture at a time. */
export type ImageProcess = {
  /** Errors: `bad_image` (damaged, or the process crashed or took too long over it). */
  decode(bytes: Uint8Array): Promise<DecodedImage>;
  /** Whether it takes another one. */
  alive(): boolean;
};

type Options = { readonly log: Log; readonly limitMs: number; readonly idleMs: number };

const startMs = 10_000;
/** Below messages: they go first when the processors are busy. */
const niceness = 5;
const settings = { imagePixels: limits.imagePixels, fullSide: 2_048, thumbSide: 320 } as const;
/** None of the server's variables, which may be secrets. libvips: no decoder that its makers do not trust. */
const environment = { NODE_ENV: "production", VIPS_BLOCK_UNTRUSTED: "1", VIPS_CONCURRENCY: "1", UV_THREADPOOL_SIZE: "1", MALLOC_ARENA_MAX: "2" } as const;

/** Starts a process; it ends `idleMs` after its last picture. Errors: `unavailable` when it cannot be started. */
export async function startImageProcess({ log, limitMs, idleMs }: Options): Promise<ImageProcess> {
  const pipe = openPipe();
  let rest: NodeJS.Timeout | undefined;
  const restFor = (milliseconds: number): void => {
    rest = setTimeout(() => pipe.close(), milliseconds).unref();
  };
  try {
    await pipe.nextFrame(startMs);
    restFor(idleMs);
  } catch (error) {
    log.error({ err: error }, "the process that reads pictures could not be started");
    throw new DomainError("unavailable", "Pictures cannot be read at the moment. Try again later.", { cause: error, retryAfterMs: 5_000 });
  }
  return {
    alive: () => pipe.open(),
    async decode(bytes) {
      clearTimeout(rest);
      pipe.write(bytes);
      const frame = await pipe.nextFrame(limitMs).catch((error: unknown) => {
        log.warn({ err: error }, "a picture ended the process that read it");
        throw new DomainError("bad_image", "This picture cannot be read.", { cause: error });
      });
      restFor(idleMs);
      return imageOf(frame);
    },
  };
}

function imageOf({ header, parts: [full, thumb] }: ImageFrame): DecodedImage {
  if (header.state === "done" && full !== undefined && thumb !== undefined) {
    const { mime, width, height, thumbhash } = header;
    return { mime, width, height, thumbhash, full, thumb };
  }
  const reason = header.state === "refused" ? header.reason : `answered ${header.state}`;
  throw new DomainError("bad_image", "This picture is damaged.", { cause: new Error(reason) });
}

/** The process with its pipes: pictures go in, frames come out, and every failure ends it. */
function openPipe() {
  // From its source, also when this file is part of the built server.
  const program = join(installationRoot(), "server", "chat", "image-worker.mjs");
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ["pipe", "pipe", "pipe"], env: environment });
  let awaited: ((outcome: ImageFrame | Error) => void) | null = null;
  let over = false;
  let complaint = "";

  function settle(outcome: ImageFrame | Error): void {
    const done = awaited;
    awaited = null;
    done?.(outcome);
  }

  function end(reason: string): void {
    over = true;
    child.kill("SIGKILL");
    settle(new Error(reason));
  }

  /** At work it keeps this process from ending before the answer; at rest it keeps nobody. */
  function hold(held: boolean): void {
    const handles = [child.stdin, child.stdout, child.stderr].filter((stream) => stream instanceof Socket);
    for (const handle of [child, ...handles]) {
      if (held) handle.ref();
      else handle.unref();
    }
  }

  child.on("error", (error) => end(error.message));
  child.on("close", (code, signal) => end(`the process ended (${signal ?? code}) ${complaint}`));
  child.stdin.on("error", () => {});
  child.stderr.on("data", (text: Buffer) => {
    complaint = `${complaint}${text.toString()}`.slice(-1_000);
  });
  readImageFrames(child.stdout, (frame) => (frame === null ? end("the process spoke nonsense") : settle(frame)));
  lowerPriority(child.pid);

  return {
    open: () => !over,
    close() {
      over = true;
      child.stdin.end();
    },
    write(bytes: Uint8Array) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      child.stdin.write(length);
      child.stdin.write(bytes);
    },
    async nextFrame(limitMs: number): Promise<ImageFrame> {
      hold(true);
      const timer = setTimeout(() => end(`no answer within ${limitMs} ms`), limitMs);
      try {
        return await new Promise<ImageFrame>((resolve, reject) => {
          awaited = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
        });
      } finally {
        clearTimeout(timer);
        hold(false);
      }
    },
  };
}

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, niceness);
  } catch {
    // A sandbox may forbid it; pictures are then read at the priority of everything else.
  }
}
