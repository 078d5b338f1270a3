import type { IncomingMessage } from "node:http";

import * as z from "zod/mini";

import { limits } from "#protocol/limits.ts";
import { assertJsonShape } from "#server/chat/json-shape.ts";
import { invalidInput } from "#server/chat/wire-error.ts";
import { DomainError } from "#server/errors.ts";

import type { Exchange } from "./request.ts";

/** A byte order mark is no JSON, so it is left in and fails there. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a JSON body of at most 64 KiB; no body counts as `{}`. Errors: `too_large`, `unsupported_media` (no JSON in
 * UTF-8, or compressed), `bad_request`.
 */
export async function readJson<Schema extends z.ZodMiniType>({ req }: Exchange, schema: Schema): Promise<z.infer<Schema>> {
  const coding = req.headers["content-encoding"]?.trim().toLowerCase() ?? "";
  if (coding !== "" && coding !== "identity") throw new DomainError("unsupported_media", "Send the body uncompressed.");
  const bytes = await readBytes(req);
  if (bytes.length > 0) assertJsonType(req.headers["content-type"]);
  const value = bytes.length === 0 ? {} : parse(bytes);
  assertJsonShape(value);
  const parsed = z.safeParse(schema, value);
  if (!parsed.success) throw invalidInput(parsed.error.issues);
  return parsed.data;
}

/* What comes after a refusal is left for the gateway to read and forget. */
function readBytes(req: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => void req.off("data", onData).off("end", onEnd).off("close", onClose);
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= limits.frameBytes) return;
      stop();
      req.pause();
      reject(new DomainError("too_large", `The body may have at most ${limits.frameBytes} bytes.`));
    };
    const onEnd = (): void => {
      stop();
      resolve(Buffer.concat(chunks));
    };
    const onClose = (): void => reject(new DomainError("bad_request", "The body broke off."));
    req.on("data", onData).once("end", onEnd).once("close", onClose);
  });
}

function assertJsonType(header: string | undefined): void {
  const [type = "", ...parameters] = (header ?? "").toLowerCase().split(";").map((part) => part.trim());
  const plain = parameters.every((parameter) => !parameter.startsWith("charset=") || /^charset="?utf-?8"?$/.test(parameter));
  if (type !== "application/json" || !plain) throw new DomainError("unsupported_media", "Send application/json in UTF-8.");
}

function parse(bytes: Buffer): unknown {
  try {
    const text = decoder.decode(bytes);
    const value: unknown = JSON.parse(text);
    if (!repeatsName(text)) return value;
  } catch {
    throw new DomainError("bad_request", "The body is not well-formed JSON in UTF-8.");
  }
  throw new DomainError("bad_request", "The body gives a name twice in one object.");
}

/* Two readers of a repeated name may each believe another value. The text is known to be JSON. */
function repeatsName(text: string): boolean {
  const open: Set<string>[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[{}]/gu)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (token.endsWith(":")) {
      const names = open.at(-1);
      const name = String(JSON.parse(token.slice(0, -1)));
      if (names?.has(name) === true) return true;
      names?.add(name);
    }
  }
  return false;
}
