import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const cipher = "aes-256-gcm";
const [ivBytes, tagBytes] = [12, 16];

/** Encrypts what the database keeps and nobody may read there. `key` has 32 bytes. */
export function seal(key: Uint8Array, text: string): Buffer {
  const iv = randomBytes(ivBytes);
  const sealing = createCipheriv(cipher, key, iv);
  const sealed = Buffer.concat([sealing.update(text, "utf8"), sealing.final()]);
  return Buffer.concat([iv, sealing.getAuthTag(), sealed]);
}

/** What was sealed under this key; null when it was sealed under another one, or changed since. */
export function unseal(key: Uint8Array, sealed: Uint8Array): string | null {
  if (sealed.length < ivBytes + tagBytes) return null;
  try {
    const opening = createDecipheriv(cipher, key, sealed.subarray(0, ivBytes));
    opening.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
    return Buffer.concat([opening.update(sealed.subarray(ivBytes + tagBytes)), opening.final()]).toString("utf8");
  } catch {
    return null;
  }
}
