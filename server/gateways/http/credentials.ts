import type { IncomingMessage } from "node:http";

import { authenticateApiKey, looksLikeApiKey } from "#server/auth/api-keys.ts";
import { authenticate, type Identity } from "#server/auth/identity.ts";
import { identityFromCookie } from "#server/auth/session-cookie.ts";
import type { Node } from "#server/chat/node.ts";
import { DomainError } from "#server/errors.ts";

/** The bearer token of a request; null without one. Errors: `unauthenticated` when the header is anything else. */
export function readBearer(req: Pick<IncomingMessage, "headersDistinct">): string | null {
  const [header, ...more] = req.headersDistinct["authorization"] ?? [];
  if (header === undefined) return null;
  const token = /^Bearer +(\S+)$/i.exec(header.trim())?.[1];
  if (token === undefined || more.length > 0) {
    throw new DomainError("unauthenticated", "The Authorization header must be: Bearer, a blank, the token.");
  }
  return token;
}

/**
 * Answers who sent a request: the bearer, a token or an API key, decides, and only where there is none the cookie of our own pages.
 * Errors: `unauthenticated` for a token that does not hold, `unavailable`.
 */
export async function identifyRequest(node: Node, req: IncomingMessage): Promise<Identity | null> {
  const token = readBearer(req);
  if (token === null) return identityFromCookie(node, req);
  return looksLikeApiKey(token) ? authenticateApiKey(node, token) : authenticate(node, token);
}
