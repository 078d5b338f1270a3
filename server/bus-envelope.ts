import { createHmac, timingSafeEqual } from "node:crypto";

import * as z from "zod/mini";

/** One message between nodes. `number` counts what a node publishes, so that gaps and repeats are seen. */
export type Envelope = { readonly from: string; readonly number: number; readonly topic: string; readonly payload: unknown };

const content = z.tuple([z.string(), z.unknown()]);
const form = /^([\w-]{1,64}) (\d{1,15}) ([\w-]{43}) /;

/** Writes an envelope as text: sender, number, signature, then topic and payload. Throws when the payload is no JSON. */
export function seal({ from, number, topic, payload }: Envelope, key: Uint8Array): string {
  const body = JSON.stringify([topic, payload ?? null]);
  return `${from} ${number} ${sign(key, `${from} ${number}`, body).toString("base64url")} ${body}`;
}

/** Reads what `seal` wrote; null for anything that was not signed with this key, or that is not of this shape. */
export function unseal(text: string, key: Uint8Array): Envelope | null {
  const [head, from = "", digits = "", signature = ""] = form.exec(text) ?? [];
  if (head === undefined) return null;
  const body = text.slice(head.length);
  const given = Buffer.from(signature, "base64url");
  const expected = sign(key, `${from} ${digits}`, body);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const parsed = z.safeParse(content, parse(body));
  return parsed.success ? { from, number: Number(digits), topic: parsed.data[0], payload: parsed.data[1] } : null;
}

function sign(key: Uint8Array, origin: string, body: string): Buffer {
  return createHmac("sha256", key).update(`${origin} `).update(body).digest();
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
