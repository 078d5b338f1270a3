import type { SessionRow } from "#protocol/http.ts";
import type { Presence } from "#protocol/objects.ts";
import { io, type Socket } from "socket.io-client";

import { request } from "./stage/api.ts";
import type { Stage } from "./stage/stage.ts";

/** Whom each node holds to be here although nobody of them is. */
export type Ghosts = { readonly count: number; readonly who: readonly string[] };

/**
 * Waits until no node lists any of these users any more, neither as online nor with a session; answers the
 * milliseconds, and who is left after the limit.
 */
export async function untilGone(stage: Stage, { userIds, token, limitMs }: { userIds: readonly string[]; token: string; limitMs: number }): Promise<{ ms: number; ghosts: Ghosts }> {
  const begun = performance.now();
  const gone = new Set(userIds);
  for (;;) {
    const who = (await Promise.all(stage.nodes.map(({ name, url }) => findGhosts(url, token, gone).catch((error: unknown) => [`asked in vain: ${String(error)}`]).then((list) => list.map((one) => `${name}: ${one}`))))).flat();
    const ms = Math.round(performance.now() - begun);
    if (who.length === 0 || ms > limitMs) return { ms, ghosts: { count: who.length, who } };
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Who is online, as one node says. */
export async function readPresence(url: string, token: string): Promise<Presence[]> {
  const socket: Socket = io(url, { auth: { token, v: 1 }, transports: ["websocket"], forceNew: true, reconnection: false });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("hello", () => resolve());
      socket.once("connect_error", reject);
    });
    const answer: { ok: boolean; data: { users: Presence[] } } = await socket.timeout(5_000).emitWithAck("presence:watch", {});
    return answer.data.users;
  } finally {
    socket.close();
  }
}

async function findGhosts(url: string, token: string, gone: ReadonlySet<string>): Promise<string[]> {
  const users = await readPresence(url, token);
  const { items } = await request<{ items: SessionRow[] }>(url, "sessions?limit=100", { method: "GET", token });
  return [
    ...users.filter(({ userId }) => gone.has(userId)).map(({ userId, role }) => `${role} ${userId} online`),
    ...items.filter(({ user }) => gone.has(user.id)).map(({ id, user }) => `session ${id} of ${user.role} ${user.id}`),
  ];
}
