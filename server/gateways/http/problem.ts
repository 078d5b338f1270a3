import { type ErrorCode, errors, type WireError } from "#protocol/errors.ts";
import type { Problem as WireProblem } from "#protocol/http-answers.ts";

/** An error over HTTP; its fields come from where the input was checked. */
export type Problem = Omit<WireProblem, "errors"> & { errors?: unknown };

const titles: Record<ErrorCode, string> = {
  bad_request: "The request is not valid",
  unauthenticated: "Not signed in",
  forbidden: "Not allowed",
  not_found: "Not found",
  conflict: "Conflict with the present state",
  too_large: "Too large",
  unsupported_media: "Unsupported media type",
  bad_image: "Unusable image",
  rate_limited: "Too many requests",
  internal: "Internal error",
  unavailable: "Temporarily unavailable",
};

/** An error of the contract as a problem; `status` differs from the table only for 405, which has no code of its own. */
export function presentProblem({ code, message, details, ...rest }: WireError, status: number = errors[code].status): Problem {
  const { errors: fields, ...others } = details ?? {};
  return {
    type: `urn:xiaoer:problem:${code}`,
    title: titles[code],
    status,
    detail: message,
    code,
    ...rest,
    ...(Object.keys(others).length === 0 ? {} : { details: others }),
    ...(fields === undefined ? {} : { errors: fields }),
  };
}

/** The headers that go with a problem. */
export function problemHeaders({ code, retryAfterMs }: Problem): Record<string, string> {
  return {
    ...(code === "unauthenticated" ? { "WWW-Authenticate": "Bearer" } : {}),
    ...(retryAfterMs === undefined ? {} : { "Retry-After": String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) }),
  };
}
