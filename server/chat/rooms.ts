import type { Role } from "#protocol/objects.ts";

/** Names of rooms. Only the server puts a session into one. */
export const rooms = {
  /** Every live session. */
  everyone: "everyone",
  staff: "staff",
  customers: "customers",
  /** Staff who are registered to receive every customer's messages. */
  waiters: "waiters",
  /** Staff who watch the online panel. */
  presence: "presence",
  /** All sessions of one user. */
  user: (userId: string) => `user:${userId}`,
  role: (role: Role) => `role:${role}`,
  /** Staff sessions that have this conversation on screen. */
  conversation: (conversationId: string) => `conversation:${conversationId}`,
  /** Sessions that code inside the server put under a topic of its own. */
  topic: (name: string) => `topic:${name}`,
} as const;

/** Whether a session stands in a room because it asked to, not for who it is. */
export function isSubscription(room: string): boolean {
  return room === rooms.presence || room.startsWith("conversation:") || room.startsWith("topic:");
}
