/*
 * Older clients put what they receive into innerHTML: what people wrote reaches them with its special characters as
 * entities, so that it shows as it was written and runs nowhere.
 */

const entities: ReadonlyMap<string, string> = new Map([["&", "&amp;"], ["<", "&lt;"], [">", "&gt;"], ['"', "&quot;"], ["'", "&#39;"]]);

/** A text for a client that takes it for HTML. */
export function escapeEntities(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities.get(character) ?? character);
}

/** The same for every string inside a value; names of fields stay. */
export function escapeDeep(value: unknown): unknown {
  if (typeof value === "string") return escapeEntities(value);
  if (Array.isArray(value)) return value.map(escapeDeep);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, escapeDeep(inner)]));
}
