import type { CommandData, CommandInput } from "#protocol/commands.ts";
import { limits } from "#protocol/limits.ts";

import { authenticate, type Identity } from "#server/auth/identity.ts";
import { DomainError } from "#server/errors.ts";

import type { Caller, Node } from "./node.ts";
import { presentUser } from "./present.ts";
import type { Attributes, Session, Transport } from "./session.ts";
import { publishedLimits, standingRooms } from "./sessions.ts";
import { placeInRoom } from "./waiters.ts";

/** Who connects, and where from. */
export type Visitor = { readonly identity: Identity; readonly gateway: string; readonly address: string };
/** A visitor who may come in, with what its `hello` will say. */
export type Guestbook = Visitor & { readonly conversationId: string | null; readonly exempt: boolean; readonly attributes: Attributes };

/** All that takes time before a connection is let in. Errors: `rate_limited`, `unavailable`, and what a guard of the shop's own says. */
export async function prepareSession(node: Node, visitor: Visitor): Promise<Guestbook> {
  if (node.draining) throw new DomainError("unavailable", "This server is about to restart. Connect again in a moment.", { retryAfterMs: 1_000 });
  const { userId, role } = visitor.identity;
  const exempt = node.limits.isExempt(visitor.address);
  node.sessions.assertRoom({ ...visitor, exempt });
  await node.limits.consume("handshakeIp", { key: visitor.address, address: visitor.address });
  await node.limits.consume("handshakeUser", { key: userId, address: visitor.address });
  const conversationId = role === "customer" ? await node.newestConversations.load(userId) : null;
  if (conversationId !== null) node.currentConversations.set(userId, conversationId);
  const attributes = await node.hooks.admit(visitor);
  return { ...visitor, conversationId, exempt, attributes };
}

/**
 * Lets a prepared visitor in: `hello` first, then its rooms, so that nothing arrives before it. What
 * happened in between is what the client's catch-up finds. Errors: `rate_limited`.
 */
export function beginSession(node: Node, visitor: Guestbook, transport: Transport): Session {
  const session = node.sessions.add({ ...visitor, transport });
  session.transport.send("hello", {
    sessionId: session.id,
    user: presentUser(visitor.identity),
    conversationId: visitor.conversationId,
    serverTime: new Date().toISOString(),
    heartbeatMs: limits.heartbeatMs,
    epoch: node.epoch,
    limits: publishedLimits,
  });
  for (const room of standingRooms(visitor.identity)) node.sessions.join(session, room);
  placeInRoom(node, session);
  node.presence.arrive(session);
  node.metrics.socketConnections.inc({ role: visitor.identity.role });
  node.hooks.tell("connected", { userId: visitor.identity.userId, session });
  return session;
}

/** The connection is gone. Harmless when said twice. */
export function endSession(node: Node, session: Session): void {
  if (session.ended) return;
  node.sessions.remove(session);
  node.presence.depart(session);
  node.metrics.socketConnections.dec({ role: session.identity.role });
  node.hooks.tell("disconnected", { userId: session.identity.userId, session });
}

/** Takes a fresh token of the same user; another user's ends the session. Errors: `unauthenticated`, `forbidden`. */
export async function refreshToken(caller: Caller, { token }: CommandInput<"token:refresh">): Promise<CommandData<"token:refresh">> {
  const { session, node } = caller;
  if (session === null) throw new DomainError("bad_request", "This needs a live connection.");
  const identity = await authenticate(node, token);
  if (identity.userId !== session.identity.userId) {
    // After the answer is on its way.
    setImmediate(() => node.sessions.end(session, "revoked", null));
    throw new DomainError("forbidden", "This token belongs to somebody else.");
  }
  session.identity = identity;
  return { expiresAt: identity.expiresAt.toISOString() };
}
