import type { Notice } from "#protocol/objects.ts";

/** What has become of a notice, as its writer sees it: `published` is either `live` or `over`. */
export type NoticeState = "draft" | "scheduled" | "live" | "over" | "withdrawn";

/** `now` in milliseconds, by the server's clock. */
export function stateOf({ status, startsAt, endsAt }: Pick<Notice, "status" | "startsAt" | "endsAt">, now: number): NoticeState {
  if (status === "withdrawn" || status === "draft") return status;
  if (endsAt !== null && Date.parse(endsAt) <= now) return "over";
  return status === "scheduled" || (startsAt !== null && Date.parse(startsAt) > now) ? "scheduled" : "live";
}
