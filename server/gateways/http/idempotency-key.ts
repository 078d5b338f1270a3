import { DomainError } from "#server/errors.ts";

import type { Exchange } from "./request.ts";

/** The `Idempotency-Key` of a request, with or without the quotes of a structured header; null without one. Errors: `bad_request`. */
export function readIdempotencyKey({ req }: Pick<Exchange, "req">): string | null {
  const [header, ...more] = req.headersDistinct["idempotency-key"] ?? [];
  if (header === undefined) return null;
  const key = /^(?:"([\x20-\x21\x23-\x7e]{1,200})"|([\x21\x23-\x7e]{1,200}))$/.exec(header.trim());
  if (key === null || more.length > 0) throw new DomainError("bad_request", "The Idempotency-Key must be one text of 1 to 200 visible ASCII characters.");
  return key[1] ?? key[2] ?? null;
}
