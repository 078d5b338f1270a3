import { limits } from "#protocol/limits.ts";

/** Controls, marks and overrides of the writing direction, what nobody sees, and what PostgreSQL cannot hold. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\ufffe\uffff]/gu;
const extensions: Readonly<Record<string, string>> = { "image/jpeg": "jpg", "image/webp": "webp" };

/**
 * Cleans a file name for showing: no folders, nothing invisible, nothing that turns the writing round, at most 200
 * characters. Files are stored under keys of ours; this name never finds one.
 */
export function cleanAttachmentName(given: string): string {
  const name = given.slice(0, 4_000).split(/[/\\]/u).at(-1)?.replaceAll(hidden, "").normalize("NFC").trim() ?? "";
  // Not in the middle of a character of two units.
  const short = name.slice(0, limits.titleCharacters).replace(/\p{Cs}$/u, "");
  return /^\.*$/u.test(short) ? "image" : short;
}

/**
 * The Content-Disposition of a picture to look at (RFC 6266, RFC 5987): its name with the ending of what it is now,
 * whatever it was uploaded as.
 */
export function contentDisposition(name: string, mime: string): string {
  const full = `${name.replace(/\.(?:jpe?g|png|webp)$/iu, "")}.${extensions[mime] ?? "bin"}`;
  const ascii = full.replaceAll(/[^\w .()-]/gu, "_");
  const encoded = encodeURIComponent(full).replaceAll(/['()*]/gu, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `inline; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
