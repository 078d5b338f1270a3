import { thumbHashToDataURL } from "thumbhash";

/* The same few pictures are drawn again and again while one scrolls. */
const known = new Map<string, string | null>();
const keep = 500;

/** A picture as a blur, from its thumbhash in base64: a data URL of 32 px. Null when there is none or it is broken. */
export function blurUrl(thumbhash: string | null): string | null {
  if (thumbhash === null || typeof atob === "undefined") return null;
  const found = known.get(thumbhash);
  if (found !== undefined) return found;
  if (known.size >= keep) known.clear();
  const made = decode(thumbhash);
  known.set(thumbhash, made);
  return made;
}

function decode(thumbhash: string): string | null {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}
