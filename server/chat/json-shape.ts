import { limits } from "#protocol/limits.ts";

import { DomainError } from "#server/errors.ts";

/** Refuses values that are nested deeper or wider than any input of the contract. Errors: `bad_request`. */
export function assertJsonShape(value: unknown): void {
  if (!fits(value, limits.jsonDepth)) {
    throw new DomainError("bad_request", `The input is nested too deeply or has too many fields: at most ${limits.jsonDepth} levels and ${limits.jsonKeys} fields each.`);
  }
}

/* Stops at the first level too many, so that 20,000 levels cost no more than nine. */
function fits(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.length <= 1_000 && value.every((item) => fits(item, depth - 1));
  const values = Object.values(value);
  return values.length <= limits.jsonKeys && values.every((item) => fits(item, depth - 1));
}
