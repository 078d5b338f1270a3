import type { Conversation } from "#protocol/objects.ts";

/** Whether every word that was typed stands in one of these texts; without regard to case. */
export function matchesWords(query: string, texts: readonly string[]): boolean {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const text = texts.join("\n").toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}

/** Whether a conversation fits what was typed: by name, tag, assignee or last words. */
export function matchesConversation(query: string, { customer, tags, assignee, lastMessage }: Conversation): boolean {
  return matchesWords(query, [customer.name, ...tags, assignee?.name ?? "", lastMessage?.text ?? ""]);
}
