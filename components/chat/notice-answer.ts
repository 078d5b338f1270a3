import type { Notice } from "#protocol/objects.ts";

/** Whether a notice waits for my acknowledgement. */
export function needsAnswer({ requireAck, mine }: Notice): boolean {
  return requireAck && (mine?.acknowledgedAt ?? null) === null;
}

/** Whether it stands before everything else until then. */
export function mustAcknowledge(notice: Notice): boolean {
  return notice.level === "urgent" && needsAnswer(notice);
}
