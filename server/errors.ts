import type { ErrorCode } from "#protocol/errors.ts";

type Options = { details?: Record<string, unknown>; retryAfterMs?: number; cause?: unknown };

/** A failure that the caller is told about, under a code of the contract. */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: Options = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Recognises a DomainError by its shape: Next's copies of this module have a class of their own. */
export function isDomainError(error: unknown): error is DomainError {
  return error instanceof Error && error.name === "DomainError" && "code" in error;
}
