import type { Conversation } from "#protocol/objects.ts";

/** A row as the list shows it: `leaving` ones belong to the list no more. */
export type CalmRow = { conversation: Conversation; leaving: boolean };

/**
 * The rows in an order that a moving pointer can rely on: those that are shown keep their places, also when they have
 * left the list; new ones come below them. `shown` is the order of the last picture, null when it may be given up.
 */
export function calmOrder(rows: readonly Conversation[], shown: readonly CalmRow[] | null): CalmRow[] {
  if (shown === null) return rows.map((conversation) => ({ conversation, leaving: false }));
  const fresh = new Map(rows.map((row) => [row.id, row]));
  const kept = shown.map(({ conversation }) => {
    const now = fresh.get(conversation.id);
    fresh.delete(conversation.id);
    return { conversation: now ?? conversation, leaving: now === undefined };
  });
  return [...kept, ...[...fresh.values()].map((conversation) => ({ conversation, leaving: false }))];
}

/**
 * By how many rows a scrolled list must follow, so that the first row in sight which is still there stays where it
 * is. `first` is the number of the first row in sight.
 */
export function rowsToFollow(before: readonly string[], after: readonly string[], first: number): number {
  const places = new Map(after.map((id, index) => [id, index]));
  for (let index = first; index < before.length; index += 1) {
    const place = places.get(before[index] ?? "");
    // A row that went to the top is no anchor: the reader stays with those that did not move.
    if (place !== undefined && !(place === 0 && index > 0)) return place - index;
  }
  return 0;
}
