import type { Conversation, Message } from "#protocol/objects.ts";

/** Who listens, and what is before their eyes. */
export type Listener = {
  myId: string | null;
  /** Registered as a waiter and not away or busy: unclaimed conversations ring for nobody else. */
  isReceiving: boolean;
  /** The conversation on the screen of a visible, focused window. */
  watchedId: string | null;
};

/** An unclaimed conversation rings again at this pace, and for this long. */
export const ringAgainMs = 5_000;
export const ringForMs = 60_000;

/**
 * The tone for a message that arrived, or null. A customer rings for who has taken the conversation; while nobody
 * has, `unclaimedRinging` decides, and this gives the short tone once that has gone silent.
 */
export function ringForMessage(message: Message, row: Conversation | undefined, listener: Listener): "message" | null {
  if (message.senderRole !== "customer" || message.conversationId === listener.watchedId) return null;
  if (row === undefined || row.assignee === null) return listener.isReceiving ? "message" : null;
  return row.assignee.id === listener.myId ? "message" : null;
}

/** The conversations that nobody has taken or answered since their customer's first words, at most a minute ago. */
export function unclaimedRinging(rows: Iterable<Conversation>, listener: Listener, serverNow: number): string[] {
  if (!listener.isReceiving) return [];
  const ringing: string[] = [];
  for (const { id, status, assignee, waitingSince } of rows) {
    if (status !== "open" || assignee !== null || waitingSince === null || id === listener.watchedId) continue;
    if (serverNow - Date.parse(waitingSince) < ringForMs) ringing.push(id);
  }
  return ringing;
}
