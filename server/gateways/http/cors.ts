import { checkOrigin } from "#server/auth/origin.ts";
import type { Config } from "#server/config.ts";
import { DomainError } from "#server/errors.ts";

import { type Exchange, isRead } from "./request.ts";

/**
 * Lets pages of listed origins read the answers, and refuses all others. Cookies are never allowed along: they count
 * for our own pages alone. Errors: `forbidden`, `bad_request`.
 */
export function applyCors(config: Config, { req, res }: Exchange): void {
  res.setHeader("Vary", "Origin");
  const kind = checkOrigin(config, req, { nullAllowed: false });
  if (kind === "listed") {
    res.setHeader("Access-Control-Allow-Origin", req.headersDistinct["origin"]?.[0] ?? "");
    res.setHeader("Access-Control-Expose-Headers", "X-Request-Id, Retry-After, Idempotency-Replayed");
  }
  // A browser that hides the origin of a foreign page still says that it is one.
  const foreign = req.headersDistinct["sec-fetch-site"]?.some((site) => site === "cross-site" || site === "same-site") === true;
  if (kind === "absent" && foreign && !isRead(req) && req.method !== "OPTIONS") throw new DomainError("forbidden", "This origin may not connect.");
}

/** Answers what a browser asks before it sends a request of another origin. */
export function answerPreflight({ res }: Exchange, allow: readonly string[]): void {
  res.setHeader("Allow", allow.join(", "));
  if (res.hasHeader("Access-Control-Allow-Origin")) {
    res.setHeader("Access-Control-Allow-Methods", allow.join(", "));
    res.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, rayAccessToken, X-Request-Id");
    res.setHeader("Access-Control-Max-Age", "600");
  }
  res.writeHead(204).end();
}
