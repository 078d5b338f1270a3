import { limits } from "#protocol/limits.ts";
import type { NoticeAudience, Presence, PresenceCounts } from "#protocol/objects.ts";

import type { Delivery } from "./delivery.ts";
import { belongs, countSessions, describe, describeOwn, isHere, makePerson, type Person, type PresenceRow, stamp } from "./presence-person.ts";
import { rooms } from "./rooms.ts";
import type { Session } from "./session.ts";

/**
 * Who is online on all nodes, versioned: watchers get each version's difference, and ask anew when they miss one.
 * Reading it is a look into this node's memory.
 */
export type PresenceBoard = {
  arrive(session: Session): void;
  /** Starts the grace time if it was the last one: a reload, here or on another node, is no absence. */
  depart(session: Session): void;
  /** Something that watchers see of this session has changed. */
  touch(session: Session): void;
  /** Whether this user has a live session on any node; grace does not count. */
  isOnline(userId: string): boolean;
  /** How many live sessions this user has on all nodes. */
  sessionsOf(userId: string): number;
  /** The users with a live session whom an audience means. */
  onlineUsers(audience: NoticeAudience): string[];
  snapshot(): { version: number; users: Presence[]; counts: PresenceCounts };
  /** What this node alone has to say. */
  readonly own: {
    rows(): PresenceRow[];
    /** Null: the user has no session here. */
    row(userId: string): PresenceRow | null;
    /** Calls `listener` whenever a row of this node's changes. */
    onChange(listener: (userId: string) => void): void;
  };
  /** What other nodes say of theirs. */
  readonly remote: {
    set(nodeId: string, row: PresenceRow): void;
    remove(nodeId: string, userId: string): void;
  };
  close(): void;
};

/** Differences are gathered this long, so that a storm of arrivals is four frames a second. */
const gatherMs = 250;

export function createPresenceBoard(delivery: Pick<Delivery, "deliverHere">): PresenceBoard {
  const people = new Map<string, Person>();
  const told = new Set<string>();
  const changed = new Set<string>();
  let tellOthers: (userId: string) => void = () => {};
  let version = 0;
  let gathering: NodeJS.Timeout | null = null;

  function note(userId: string): void {
    changed.add(userId);
    gathering ??= setTimeout(flush, gatherMs);
  }

  function flush(): void {
    if (gathering !== null) clearTimeout(gathering);
    gathering = null;
    if (changed.size === 0) return;
    const joined: Presence[] = [];
    const updated: Presence[] = [];
    const left: string[] = [];
    for (const userId of changed) {
      const person = people.get(userId);
      if (person === undefined) {
        if (told.delete(userId)) left.push(userId);
      } else if (told.has(userId)) updated.push(describe(person));
      else {
        told.add(userId);
        joined.push(describe(person));
      }
    }
    changed.clear();
    version += 1;
    // Each node tells its own watchers, in versions of its own.
    delivery.deliverHere([{ rooms: [rooms.presence], event: "presence:changed", payload: { version, joined, updated, left, counts: count() } }]);
  }

  function count(): PresenceCounts {
    const counts = { customers: 0, agents: 0, sessions: 0 };
    for (const person of people.values()) {
      counts[person.role === "customer" ? "customers" : "agents"] += 1;
      counts.sessions += countSessions(person);
    }
    return counts;
  }

  function meet(first: Pick<Presence, "userId" | "role" | "since">): Person {
    const person = people.get(first.userId) ?? makePerson(first);
    people.set(first.userId, person);
    if (person.leaving !== null) clearTimeout(person.leaving);
    person.leaving = null;
    person.role = first.role;
    if (first.since < person.since) person.since = first.since;
    return person;
  }

  function letGo(person: Person): void {
    if (isHere(person) || person.leaving !== null) return;
    person.leaving = setTimeout(() => {
      people.delete(person.userId);
      note(person.userId);
    }, limits.presenceGraceMs);
    person.leaving.unref();
  }

  function noteOwn(userId: string): void {
    note(userId);
    tellOthers(userId);
  }

  return {
    arrive(session) {
      const { userId, role } = session.identity;
      const known = people.get(userId);
      // Whoever was away is away in a new tab too, and after a reload.
      if (known !== undefined) session.status = describe(known).status;
      const person = meet({ userId, role, since: session.connectedAt.toISOString() });
      person.own = { sessions: (person.own?.sessions ?? new Set()).add(session), newest: session, touchedAt: stamp(person) };
      noteOwn(userId);
    },

    depart(session) {
      const person = people.get(session.identity.userId);
      if (person === undefined || person.own === null || !person.own.sessions.has(session)) return;
      // Described before it goes, so that the grace time shows what was.
      describe(person);
      person.own.sessions.delete(session);
      const next = [...person.own.sessions].at(-1);
      if (next === undefined) person.own = null;
      else person.own.newest = next;
      letGo(person);
      noteOwn(person.userId);
    },

    touch(session) {
      const person = people.get(session.identity.userId);
      if (person === undefined || person.own === null || !person.own.sessions.has(session)) return;
      person.own.newest = session;
      person.own.touchedAt = stamp(person);
      noteOwn(person.userId);
    },

    isOnline(userId) {
      const person = people.get(userId);
      return person !== undefined && isHere(person);
    },

    sessionsOf(userId) {
      const person = people.get(userId);
      return person === undefined ? 0 : countSessions(person);
    },

    onlineUsers(audience) {
      return [...people.values()].filter((person) => isHere(person) && belongs(person, audience)).map(({ userId }) => userId);
    },

    snapshot() {
      flush();
      // Staff first, then who came last: what does not fit are customers who have been here longest.
      const order = [...people.values()].sort((a, b) => rank(b) - rank(a) || (a.since < b.since ? 1 : -1));
      return { version, users: order.slice(0, limits.presenceRows).map(describe), counts: count() };
    },

    own: {
      rows: () => [...people.values()].flatMap((person) => describeOwn(person) ?? []),
      row(userId) {
        const person = people.get(userId);
        return person === undefined ? null : describeOwn(person);
      },
      onChange(listener) {
        tellOthers = listener;
      },
    },

    remote: {
      set(nodeId, row) {
        const person = meet(row);
        person.remote.set(nodeId, row);
        note(row.userId);
        // Availability is the person's: what was said last, on whatever node, holds for the sessions here.
        if (person.own === null || row.touchedAt < person.own.touchedAt || row.status === person.own.newest.status) return;
        for (const session of person.own.sessions) session.status = row.status;
        tellOthers(row.userId);
      },
      remove(nodeId, userId) {
        const person = people.get(userId);
        if (person === undefined || !person.remote.has(nodeId)) return;
        describe(person);
        person.remote.delete(nodeId);
        letGo(person);
        note(userId);
      },
    },

    close() {
      if (gathering !== null) clearTimeout(gathering);
      for (const { leaving } of people.values()) if (leaving !== null) clearTimeout(leaving);
    },
  };
}

function rank({ role }: Person): number {
  return role === "customer" ? 0 : 1;
}
