import { DomainError } from "#server/errors.ts";

/** How often each side says that it is there; null: that side says nothing. */
export type HeartBeats = {
  /** What CONNECTED answers: how often we can, and how often we would like to hear. */
  readonly header: string;
  readonly everyMs: number | null;
};

const [shortest, longest] = [10_000, 60_000] as const;

/**
 * Agrees on heart-beats: ours as often as the client wants them, from 10 to 60 s. The client's own are taken and never
 * missed, as a client's silence never closes. Errors: `bad_request` for a malformed header.
 */
export function agreeOnHeartBeats(header = "0,0"): HeartBeats {
  const [, can, wants] = /^(\d{1,15}) ?, ?(\d{1,15})$/.exec(header) ?? [];
  if (can === undefined || wants === undefined) throw new DomainError("bad_request", "The heart-beat header is two numbers of milliseconds.");
  const ours = clamp(Number(wants));
  return { header: `${ours ?? 0},${clamp(Number(can)) ?? 0}`, everyMs: ours };
}

function clamp(ms: number): number | null {
  return ms === 0 ? null : Math.min(Math.max(ms, shortest), longest);
}
