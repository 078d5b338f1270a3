const han = /\p{Script=Han}/gu;
const letter = /[\p{L}\p{N}]/u;

/** How many hues `.avatar-tint` knows. */
export const avatarHues = 12;

/** One of the hues for an id: always the same, evenly spread (FNV-1a, 32 bit). */
export function avatarHue(id: string): number {
  let hash = 0x811c9dc5;
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash % avatarHues;
}

/** The letters that stand for a name: the last two Han characters, or the first letters of its first and last word. */
export function avatarLetters(name: string, most: 1 | 2): string {
  const characters = name.match(han);
  if (characters) return characters.slice(-most).join("");
  const words = name.split(/[\s._@-]+/).flatMap((word) => Array.from(word).find((sign) => letter.test(sign)) ?? []);
  const [first = "", last = ""] = [words[0], words.length > 1 ? words.at(-1) : ""];
  return (most === 1 ? first : first + last).toLocaleUpperCase();
}
