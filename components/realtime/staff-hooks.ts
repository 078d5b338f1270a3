"use client";

import { useMemo } from "react";

import type { Conversation, ConversationFilter } from "#protocol/objects.ts";

import { useChat } from "./hooks.ts";
import { listConversations } from "./staff-selectors.ts";

/** Staff: one of the four lists, sorted. */
export function useConversations(filter: ConversationFilter): readonly Conversation[] {
  const conversations = useChat((state) => state.conversations);
  const lists = useChat((state) => state.lists);
  const me = useChat((state) => state.me);
  return useMemo(() => listConversations({ conversations, lists, me }, filter), [conversations, lists, me, filter]);
}
