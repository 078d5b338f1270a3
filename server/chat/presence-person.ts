import * as z from "zod/mini";

import { type NoticeAudience, type Presence, presence } from "#protocol/objects.ts";

import type { Session } from "./session.ts";

/** What one node says of one user: its own sessions alone. */
export const presenceRow = z.extend(presence, { touchedAt: z.number() });
export type PresenceRow = z.infer<typeof presenceRow>;

/** A user with sessions, on whatever nodes; without any it stays for the grace time. */
export type Person = {
  readonly userId: string;
  role: Presence["role"];
  since: string;
  /** The sessions on this node; `newest` is the one that did something last. */
  own: { readonly sessions: Set<Session>; newest: Session; touchedAt: number } | null;
  readonly remote: Map<string, PresenceRow>;
  /** What was shown last: it is shown on during the grace time. */
  last: Presence | null;
  leaving: NodeJS.Timeout | null;
};

export function makePerson(first: Pick<Presence, "userId" | "role" | "since">): Person {
  return { ...first, own: null, remote: new Map(), last: null, leaving: null };
}

/** Whether there is a live session anywhere. */
export function isHere({ own, remote }: Person): boolean {
  return own !== null || remote.size > 0;
}

export function countSessions({ own, remote }: Person): number {
  let sessions = own?.sessions.size ?? 0;
  for (const row of remote.values()) sessions += row.sessions;
  return sessions;
}

export function belongs({ role }: Person, audience: NoticeAudience): boolean {
  return audience === "everyone" || (audience === "customers") === (role === "customer");
}

/** What this node has to say of the user; null: nothing any more. */
export function describeOwn({ userId, own, since }: Person): PresenceRow | null {
  if (own === null) return null;
  const { sessions, newest, touchedAt } = own;
  const { role, name, guest } = newest.identity;
  return { userId, role, name, guest, status: newest.status, sessions: sessions.size, since, page: newest.page, viewing: [...newest.opened].at(-1) ?? null, touchedAt };
}

/** A time later than all that is known of this person, whatever the clocks of the nodes say. */
export function stamp({ own, remote }: Person): number {
  let latest = own?.touchedAt ?? 0;
  for (const { touchedAt } of remote.values()) latest = Math.max(latest, touchedAt);
  return Math.max(Date.now(), latest + 1);
}

/** What watchers see: the sessions of all nodes together, with the page and status of whichever did something last. */
export function describe(person: Person): Presence {
  const own = describeOwn(person);
  const rows = own === null ? [...person.remote.values()] : [own, ...person.remote.values()];
  const [first] = rows;
  if (first === undefined) {
    const { userId, role, since } = person;
    return { ...(person.last ?? { userId, role, name: "", guest: role === "customer", status: "online", since, page: null, viewing: null }), sessions: 0 };
  }
  const { touchedAt: _, ...newest } = rows.reduce((latest, row) => (row.touchedAt > latest.touchedAt ? row : latest), first);
  person.last = { ...newest, sessions: countSessions(person), since: person.since };
  return person.last;
}
