"use client";

import { late } from "#components/ui/late.tsx";
import type { Message } from "#protocol/objects.ts";
import { waitsSince } from "./waits-since.ts";

const UrgeOffer = late<{ since: number }>(async () => (await import("./urge-offer.tsx")).UrgeOffer);

type Props = { messages: readonly Message[]; isWaiting: boolean };

/** A way to say "please hurry", offered to who has waited for an answer; at most once a minute. */
export function UrgeLine({ messages, isWaiting }: Props) {
  const since = waitsSince(messages);
  return since === null || isWaiting ? null : <UrgeOffer since={since} />;
}
