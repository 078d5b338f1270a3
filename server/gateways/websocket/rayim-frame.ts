import * as z from "zod/mini";

import { line } from "#protocol/objects.ts";
import { limits } from "#protocol/limits.ts";

import { invalidInput } from "#server/chat/wire-error.ts";
import { DomainError } from "#server/errors.ts";

import { parseJson, readField, readName } from "./json.ts";

/** What a client of /rayim sent. */
export type RayimFrame = {
  /** Without the `{code, msg}` around it. */
  readonly bare: boolean;
  readonly content: { readonly text: string } | { readonly picture: Uint8Array };
  /** For staff: to whom. */
  readonly to: string | null;
  /** Given by the client, to be sent back in the answer. */
  readonly id: string | number | null;
};

/** The codes of texts and pictures. */
export const rayimCodes = { error: -1, answer: 0, text: 1, picture: 2 } as const;

/** An account as these clients name it, by our id or by the host's; a host may number its users. */
export const accountName = z.union([line(1, 204), z.number()]);

const text = z.object({ code: z.literal(rayimCodes.text), msg: z.string() });
const picture = z.object({ code: z.literal(rayimCodes.picture), msg: z.string() });
/** What `msg` may be besides a plain string. */
export const rayimContent = z.union([text, picture]);

const longestPicture = 4 * Math.ceil(limits.imageBytes / 3);

/** Reads a text frame; what is no `{code: 1 or 2, …}` is the text of a message. Errors: `bad_request`, `too_large`, `unsupported_media`. */
export function readRayimFrame(frame: string): RayimFrame {
  const { rest, literal } = cutPicture(frame);
  const value = rest.length > limits.frameBytes ? null : parseJson(rest)?.value;
  const code = readField(value, "code");
  if (code !== rayimCodes.text && code !== rayimCodes.picture) return { bare: true, content: { text: frame }, to: null, id: null };
  const said = z.safeParse(rayimContent, value);
  if (!said.success) throw invalidInput(said.error.issues);
  const to = readName(readField(value, "to"));
  if (to !== null && !z.safeParse(accountName, to).success) throw new DomainError("bad_request", "The field /to names nobody.");
  const id = readField(value, "id");
  const msg = said.data.msg === placeholder && literal !== null ? literal : said.data.msg;
  return {
    bare: false,
    content: readRayimContent({ ...said.data, msg }),
    to,
    id: typeof id === "number" || (typeof id === "string" && id.length <= 200) ? id : null,
  };
}

/** What a `msg` says: a text, or the bytes of a picture. Errors: `unsupported_media`, `too_large`, `bad_request`. */
export function readRayimContent(said: string | z.infer<typeof rayimContent>): RayimFrame["content"] {
  if (typeof said === "string") return { text: said };
  return said.code === rayimCodes.text ? { text: said.msg } : { picture: readDataUrl(said.msg) };
}

/** The bytes of `data:image/…;base64,…`. Errors: `unsupported_media`, `too_large`, `bad_request`. */
function readDataUrl(url: string): Uint8Array {
  const head = /^data:image\/[\w.+-]{1,40}(?:;[\w.+=-]{1,80}){0,4};base64,/i.exec(url)?.[0];
  if (head === undefined) throw new DomainError("unsupported_media", "Send a picture as data:image/…;base64,….");
  const base64 = url.slice(head.length);
  if (base64.length > longestPicture) throw new DomainError("too_large", `A picture may have at most ${limits.imageBytes} bytes.`);
  const bytes = Buffer.from(base64, "base64");
  const padded = base64.length - (/={0,2}$/.exec(base64.slice(-2))?.[0].length ?? 0);
  if (bytes.length === 0 || bytes.length !== Math.floor((padded * 3) / 4)) throw new DomainError("bad_request", "This picture is not well-formed base64.");
  if (bytes.length > limits.imageBytes) throw new DomainError("too_large", `A picture may have at most ${limits.imageBytes} bytes.`);
  return bytes;
}

const placeholder = "data:";

/**
 * Takes the one long string out of a frame before it is parsed: what remains has the size of any other frame, so that
 * eleven megabytes of brackets never reach the parser. Base64 has neither quotes nor backslashes, but for `\/`.
 */
function cutPicture(frame: string): { rest: string; literal: string | null } {
  const start = frame.indexOf(`"${placeholder}`);
  const end = start === -1 ? -1 : frame.indexOf('"', start + 1);
  if (end === -1) return { rest: frame, literal: null };
  return { rest: `${frame.slice(0, start + 1)}${placeholder}${frame.slice(end)}`, literal: frame.slice(start + 1, end).replaceAll("\\/", "/") };
}
