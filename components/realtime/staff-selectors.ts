import type { Conversation, ConversationFilter } from "#protocol/objects.ts";

import { changedAt, isListed } from "./rows.ts";
import type { State } from "./state.ts";

/** One of the console's lists, newest change first; rows below what is loaded of it are left out. */
export function listConversations(state: Pick<State, "conversations" | "lists" | "me">, filter: ConversationFilter): Conversation[] {
  const { until } = state.lists[filter];
  const myId = state.me?.id ?? null;
  return [...state.conversations.values()]
    .filter((row) => isListed(row, filter, myId) && (until === null || changedAt(row) >= until))
    .sort((one, two) => compare(changedAt(two), changedAt(one)) || compare(two.id, one.id));
}

function compare(one: string, two: string): number {
  return one < two ? -1 : one > two ? 1 : 0;
}
