import { closeCodes, errors } from "#protocol/errors.ts";
import type { ByeCode } from "#protocol/events.ts";

/** With which code a WebSocket is closed after each goodbye. */
export const closingCodes: Readonly<Record<ByeCode, number>> = {
  drain: errors.unavailable.close,
  token_expired: errors.unauthenticated.close,
  revoked: errors.unauthenticated.close,
  merged: errors.unauthenticated.close,
  disconnected: errors.forbidden.close,
  slow_consumer: closeCodes.slowConsumer,
};
