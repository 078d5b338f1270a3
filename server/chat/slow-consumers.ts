import type { Node } from "./node.ts";

/** More than this waiting for one session, for two rounds of a second, and it is closed. */
const capacity = { frames: 256, bytes: 1024 * 1024 } as const;
const roundsAllowed = 2;
/** They come back within this time, and catch up by pages at their own pace. */
const returnMs = 5_000;

/**
 * Closes sessions that do not read what they are sent: what waits for them is memory that others need.
 * To be called once a second. Answers how many were closed.
 */
export function closeSlowConsumers(node: Node): number {
  let closed = 0;
  for (const session of node.sessions.all()) {
    const { frames, bytes } = session.transport.backlog();
    session.slowRounds = frames > capacity.frames || bytes > capacity.bytes ? session.slowRounds + 1 : 0;
    if (session.slowRounds <= roundsAllowed) continue;
    node.log.warn({ sessionId: session.id, gateway: session.gateway, frames, bytes }, "a session does not read; it is closed");
    node.sessions.end(session, "slow_consumer", Math.floor(Math.random() * returnMs));
    closed += 1;
  }
  return closed;
}
