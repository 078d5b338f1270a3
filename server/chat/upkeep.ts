import { limits } from "#protocol/limits.ts";

import type { LiveIdentity } from "#server/auth/revocation.ts";
import { sweepAnswers } from "#server/auth/answer-once.ts";
import { sweepSignIns } from "#server/auth/tickets.ts";
import type { RevocationReason } from "#server/auth/sign-in-states.ts";

import { sweepAttachments } from "./attachment-sweep.ts";
import { wakeSnoozed } from "./conversations.ts";
import { tellHeads } from "./heads.ts";
import type { Node } from "./node.ts";
import { publishScheduled } from "./notice-board.ts";
import { startSweeping } from "./sweep-schedule.ts";
import { sweepDeliveries } from "./webhook-deliveries.ts";
import { closeSlowConsumers } from "./slow-consumers.ts";

const secondMs = 1_000;
const scheduleMs = 5_000;
const sweepMs = 3_600_000;

/** What a node does by the clock. Answers what stops it and waits for the round under way. */
export function startUpkeep(node: Node): () => Promise<void> {
  const rounds = [
    every(node, secondMs, async () => {
      endExpired(node);
      closeSlowConsumers(node);
    }),
    every(node, limits.headsMs, () => tellHeads(node)),
    startSweeping(node),
    every(node, scheduleMs, async () => {
      await wakeSnoozed(node);
      await publishScheduled(node);
    }),
    every(node, sweepMs, async () => {
      await sweepAttachments(node);
      await sweepSignIns(node);
      await sweepAnswers(node);
      await sweepDeliveries(node);
    }),
  ];
  return async () => {
    await Promise.all(rounds.map((stop) => stop()));
  };
}

/** Sends away whose right to be here has ended. */
export function endRevoked(node: Node, { userId, signInId, version, role, reason }: LiveIdentity & { reason: RevocationReason }): void {
  for (const session of node.sessions.ofUser(userId)) {
    const { identity } = session;
    if (identity.signInId !== signInId || identity.version !== version || identity.role !== role) continue;
    if (reason === "merged") node.sessions.end(session, "merged", 0);
    else if (reason === "expired") node.sessions.end(session, "token_expired", 0);
    else node.sessions.end(session, "revoked", null);
  }
}

/* An expired token may be renewed: its client is asked to come back with a new one. */
function endExpired(node: Node): void {
  const now = Date.now();
  for (const session of node.sessions.all()) {
    if (session.identity.expiresAt.getTime() <= now) node.sessions.end(session, "token_expired", 0);
  }
}

/* One round at a time; a failed one is tried again when the next is due. */
function every(node: Node, ms: number, work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= work()
      .catch((error: unknown) => node.log.warn({ err: error }, "a periodic task failed; it is tried again"))
      .finally(() => {
        running = null;
      });
  }, ms);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
