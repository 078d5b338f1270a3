/** A piece of a text; `href` is null for what is no link. */
export type TextPart = { text: string; href: string | null };

/* What may stand in an address, written without Chinese punctuation; signs that end a sentence do not belong to it. */
const address = /\b(?:https?:\/\/|www\.)[^\s<>"'`，。；：！？、（）《》「」【】“”‘’\p{Script=Han}]+/giu;
const trailing = /(?<![.,;:!?)\]}])[.,;:!?)\]}]+$/u;

/** Finds the http addresses in a text. */
export function findLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(address)) {
    const found = match[0].replace(trailing, "");
    const href = toHref(found);
    if (href === null) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null });
    parts.push({ text: found, href });
    end = match.index + found.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}

function toHref(found: string): string | null {
  const whole = /^https?:/iu.test(found) ? found : `https://${found}`;
  if (!URL.canParse(whole)) return null;
  const url = new URL(whole);
  return (url.protocol === "http:" || url.protocol === "https:") && url.hostname.includes(".") ? url.href : null;
}
