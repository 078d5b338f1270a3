import * as z from "zod/mini";

import { errors, type FieldError, type WireError } from "#protocol/errors.ts";

import { sqlState } from "#server/database/transaction.ts";
import { DomainError, isDomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";

// Without its language zod/mini says of everything no more than that it is invalid.
z.config(z.locales.en());

/** What could be wrong with a value, as the schemas of `protocol/` report it. */
type Issue = { path: readonly PropertyKey[]; message: string };

/** Turns the issues of a failed parse into the contract's `bad_request`, with the first field in its message. */
export function invalidInput(issues: readonly Issue[]): DomainError {
  const fields: FieldError[] = issues.slice(0, 10).map((issue) => ({
    pointer: issue.path.map((part) => `/${String(part)}`).join("").slice(0, 200),
    detail: issue.message,
  }));
  const [first] = fields;
  const where = first === undefined || first.pointer === "" ? "The input" : `The field ${first.pointer}`;
  return new DomainError("bad_request", `${where} is not valid: ${first?.detail ?? "wrong shape"}.`, { details: { errors: fields } });
}

/** Any failure as a DomainError: those of the database as `unavailable`, what nobody foresaw as `internal`. */
export function toDomainError(error: unknown): DomainError {
  if (isDomainError(error)) return error;
  if (isDatabaseAway(error)) {
    return new DomainError("unavailable", "The server cannot store anything right now. Please try again in a moment.", { retryAfterMs: 2_000, cause: error });
  }
  return new DomainError("internal", "Something went wrong on the server. Please try again.", { cause: error });
}

/** The contract's error object. The request id, given or new, finds the log line of the same error. */
export function toWireError(error: DomainError, requestId: string | null): WireError {
  const { code, message, details, retryAfterMs } = error;
  return {
    code,
    message,
    retryable: errors[code].retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(details === undefined ? {} : { details }),
    requestId: requestId ?? createId(),
  };
}

/*
 * Away means: no connection, a connection that broke, a server that starts or stops, one that may not
 * write (read-only, disk full), or one that did not answer in time. Prisma wraps the same causes.
 */
const awayStates = /^(08|53|57P|25006|57014|55P03|58)/;
const awayMessages = /timeout|terminat|ECONN|EPIPE|ENOTFOUND|closed|connect/i;

function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (awayStates.test(sqlState(error))) return true;
  const prisma = error.name.startsWith("PrismaClient");
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (prisma) return /^P(1001|1002|1008|1017|2024|2028|2039)$/.test(code) || awayMessages.test(error.message);
  return sqlState(error) === "" && awayMessages.test(`${code} ${error.message}`);
}
