import * as z from "zod/mini";

import { invalidInput } from "#server/chat/wire-error.ts";
import { DomainError } from "#server/errors.ts";

import type { Exchange } from "./request.ts";

/** A whole number of a query, from `least` to `most`. */
export function whole(least: number, most: number) {
  return z.pipe(z.pipe(z.string().check(z.regex(/^\d{1,15}$/)), z.transform(Number)), z.int().check(z.minimum(least), z.maximum(most)));
}

/** What every list takes. `cursor` is what the page before answered. */
export const paging = { limit: z.optional(whole(1, 100)), cursor: z.optional(z.string().check(z.maxLength(200))) } as const;

/** Lists that give no limit get this many. */
export const pageSize = 50;

/**
 * Reads the query. Names that are not asked for are ignored, and an empty value counts as left out. Errors: `bad_request`, also for a name that comes twice
 * or with brackets, which other servers read as arrays and objects.
 */
export function readQuery<Schema extends z.ZodMiniType>({ req }: Exchange, schema: Schema): z.infer<Schema> {
  const query = new URLSearchParams(req.url?.split("?").slice(1).join("?") ?? "");
  const names = [...query.keys()];
  if (new Set(names).size < names.length || names.some((name) => /[[\]]/.test(name))) {
    throw new DomainError("bad_request", "Each name of the query stands once, without brackets.");
  }
  const parsed = z.safeParse(schema, Object.fromEntries([...query].filter(([, value]) => value !== "")));
  if (!parsed.success) throw invalidInput(parsed.error.issues);
  return parsed.data;
}
