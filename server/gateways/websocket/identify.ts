import type { IncomingMessage } from "node:http";

import type { GatewayName } from "#protocol/gateways.ts";

import { createGuest } from "#server/auth/accounts.ts";
import { clientAddress } from "#server/auth/client-address.ts";
import { authenticateInUrl } from "#server/auth/gateway-tokens.ts";
import { authenticate, type Identity } from "#server/auth/identity.ts";
import { identityFromCookie } from "#server/auth/session-cookie.ts";
import type { Node } from "#server/chat/node.ts";
import { DomainError } from "#server/errors.ts";

/** Where somebody knocks: the gateway, and the id in the path, if its paths carry one. */
export type Door = { readonly gateway: GatewayName; readonly label: string | null };

/** The part of an address behind `?`. */
export function readQuery({ url = "" }: Pick<IncomingMessage, "url">): URLSearchParams {
  const at = url.indexOf("?");
  return new URLSearchParams(at === -1 ? "" : url.slice(at + 1));
}

/** The token of an address; null without one. */
export function readUrlToken(query: URLSearchParams): string | null {
  const token = query.get("token") ?? query.get("rayAccessToken");
  return token === "" ? null : token;
}

/**
 * Answers who connects: by the token in the address, or else by the cookie of our own pages, or else, where the gateway
 * is open, as a new guest. An id in the path selects nobody: it must be the caller's own.
 * Errors: `unauthenticated`, `forbidden` (somebody else's id), `rate_limited`, `unavailable`.
 */
export async function identifyVisitor(node: Node, req: IncomingMessage, { gateway, label }: Door): Promise<Identity> {
  const token = readUrlToken(readQuery(req));
  const known = token === null ? await identityFromCookie(node, req) : await authenticateInUrl(node, gateway, token);
  if (known === null) return makeGuest(node, req, gateway);
  if (label !== null && !isNameOf(known, label)) throw new DomainError("forbidden", "The id in this address is not yours.");
  return known;
}

async function makeGuest(node: Node, req: IncomingMessage, gateway: GatewayName): Promise<Identity> {
  if (!node.config.openGateways.includes(gateway)) throw new DomainError("unauthenticated", "Sign in first: no valid token was sent.");
  const locale = /^[\w-]{2,35}/.exec(req.headers["accept-language"] ?? "")?.[0];
  const { token } = await createGuest(node, { locale }, { address: clientAddress(node.config, req) });
  return authenticate(node, token);
}

/** Whether an id of ours or of the host's, or "me", means this user. */
export function isNameOf({ userId, externalId }: Identity, label: string): boolean {
  return label === "me" || label === externalId || label.toLowerCase() === userId;
}
