import type { ErrorCode, WireError } from "#protocol/errors.ts";

/** A command or request that was refused, or that nobody answered (`unavailable`). Texts for people follow from `code`. */
export class CommandError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  readonly details: Record<string, unknown> | null;
  readonly requestId: string | null;

  constructor(error: Pick<WireError, "code" | "message" | "retryable"> & Partial<WireError>) {
    super(error.message);
    this.name = "CommandError";
    this.code = error.code;
    this.retryable = error.retryable;
    this.retryAfterMs = error.retryAfterMs ?? null;
    this.details = error.details ?? null;
    this.requestId = error.requestId ?? null;
  }
}

/** Nobody answered, or nobody could be asked: the outcome is unknown and the same may be tried again. */
export function unavailable(message: string): CommandError {
  return new CommandError({ code: "unavailable", message, retryable: true });
}

/** Any failure as a CommandError; what is none of ours counts as an answer that never came. */
export function toCommandError(error: unknown): CommandError {
  return error instanceof CommandError ? error : unavailable(error instanceof Error ? error.message : "no answer");
}
