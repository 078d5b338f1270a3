import type { Conversation } from "#protocol/objects.ts";
import { redAfterMs } from "./waiting.ts";

export type OverdueInput = { myId: string | null; openId: string | null; serverNow: number };

/**
 * The customers who have waited too long for me: in my conversations and in those that nobody has taken, without the
 * one that is open. Who has waited longest stands first.
 */
export function listOverdue(rows: Iterable<Conversation>, { myId, openId, serverNow }: OverdueInput): readonly Conversation[] {
  const since = ({ waitingSince }: Conversation) => Date.parse(waitingSince ?? "");
  return [...rows]
    .filter(({ id, status, assignee }) => status === "open" && id !== openId && (assignee === null || assignee.id === myId))
    .filter((row) => serverNow - since(row) >= redAfterMs)
    .toSorted((one, two) => since(one) - since(two));
}
