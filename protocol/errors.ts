/**
 * The one error table: each code with its HTTP status, its WebSocket close code (null: an error
 * that never closes) and whether the same request may succeed later.
 */
export const errors = {
  bad_request: { status: 400, close: null, retryable: false },
  unauthenticated: { status: 401, close: 4401, retryable: false },
  forbidden: { status: 403, close: 4403, retryable: false },
  not_found: { status: 404, close: null, retryable: false },
  conflict: { status: 409, close: null, retryable: false },
  too_large: { status: 413, close: 1009, retryable: false },
  unsupported_media: { status: 415, close: null, retryable: false },
  bad_image: { status: 422, close: null, retryable: false },
  rate_limited: { status: 429, close: 4429, retryable: true },
  internal: { status: 500, close: 1011, retryable: true },
  unavailable: { status: 503, close: 4503, retryable: true },
} as const;

/** Close codes that belong to no command: nobody answered, or nobody read. */
export const closeCodes = { handshakeTimeout: 4408, slowConsumer: 4509 } as const;

export type ErrorCode = keyof typeof errors;

/** One wrong field of an input: where (`/items/0/name`) and what is expected there. */
export type FieldError = { pointer: string; detail: string };

/** An error as every gateway sends it. `details` depends on the code, e.g. the assignee of a `conflict`. */
export type WireError = {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  retryAfterMs?: number;
  details?: Record<string, unknown>;
  requestId: string;
};

/** The answer to a command. */
export type Answer<Data> = { ok: true; data: Data } | { ok: false; error: WireError };
