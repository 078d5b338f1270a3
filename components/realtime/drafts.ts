/** What was typed and not sent, per conversation, kept in this browser. */
const prefix = "xiaoer.draft.";

/** The draft of a conversation (null: a customer's own); empty when there is none. */
export function readDraft(conversationId: string | null): string {
  try {
    return localStorage.getItem(prefix + (conversationId ?? "own")) ?? "";
  } catch {
    return "";
  }
}

/** Keeps a draft; an empty one is forgotten. A browser without storage keeps nothing. */
export function writeDraft(conversationId: string | null, text: string): void {
  const key = prefix + (conversationId ?? "own");
  try {
    if (text === "") localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    /* The text stays in the composer. */
  }
}
