import type { ByeCode } from "#protocol/events.ts";
import { limits } from "#protocol/limits.ts";

import type { Identity } from "#server/auth/identity.ts";
import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";

import { RecentMap } from "./recent-map.ts";
import { rooms } from "./rooms.ts";
import type { Attributes, Session, Transport } from "./session.ts";

/** What a gateway knows when somebody connects. */
export type Arrival = { identity: Identity; gateway: string; address: string; exempt: boolean; attributes?: Attributes; transport: Transport };
type Applicant = Pick<Arrival, "identity" | "address" | "exempt">;

/** The live sessions of this node, by id, user and role. */
export type Sessions = {
  readonly size: number;
  all(): Iterable<Session>;
  find(id: string): Session | undefined;
  ofUser(userId: string): readonly Session[];
  /** Errors: `rate_limited` when this user, address or node holds too many. */
  assertRoom(applicant: Applicant): void;
  /** Errors: as assertRoom. */
  add(arrival: Arrival): Session;
  remove(session: Session): void;
  join(session: Session, room: string): void;
  leave(session: Session, room: string): void;
  /** Says goodbye with the reason, then closes. */
  end(session: Session, code: ByeCode, reconnectInMs: number | null): void;
};

const capacity = { perUser: 10, perAddress: 100, perNode: 12_000 } as const;

/** `moved` is called when a session joins a room or leaves it. */
export function createSessions(moved: (session: Session, room: string, joined: boolean) => void = () => {}): Sessions {
  const byId = new Map<string, Session>();
  const byUser = new Map<string, Set<Session>>();
  const addresses = new Map<string, number>();

  function assertRoom(arrival: Applicant): void {
    const crowded =
      byId.size >= capacity.perNode ||
      (!arrival.exempt &&
        ((byUser.get(arrival.identity.userId)?.size ?? 0) >= capacity.perUser ||
          (addresses.get(arrival.address) ?? 0) >= capacity.perAddress));
    if (crowded) {
      throw new DomainError("rate_limited", "Too many connections are open. Close one, or try again later.", { retryAfterMs: 10_000 });
    }
  }

  return {
    get size() {
      return byId.size;
    },
    all: () => byId.values(),
    find: (id) => byId.get(id),
    ofUser: (userId) => [...(byUser.get(userId) ?? [])],
    assertRoom,

    add(arrival) {
      assertRoom(arrival);
      const session: Session = {
        id: createId(),
        gateway: arrival.gateway,
        address: arrival.address,
        connectedAt: new Date(),
        transport: arrival.transport,
        attributes: arrival.attributes ?? new Map(),
        identity: arrival.identity,
        rooms: new Set(),
        opened: new Set(),
        toldHeads: new RecentMap(500),
        slowRounds: 0,
        refusals: 0,
        status: "online",
        page: null,
        ended: false,
      };
      byId.set(session.id, session);
      const own = byUser.get(session.identity.userId) ?? new Set();
      byUser.set(session.identity.userId, own.add(session));
      addresses.set(session.address, (addresses.get(session.address) ?? 0) + 1);
      return session;
    },

    remove(session) {
      if (!byId.delete(session.id)) return;
      session.ended = true;
      const own = byUser.get(session.identity.userId);
      own?.delete(session);
      if (own?.size === 0) byUser.delete(session.identity.userId);
      const left = (addresses.get(session.address) ?? 1) - 1;
      if (left > 0) addresses.set(session.address, left);
      else addresses.delete(session.address);
    },

    join(session, room) {
      if (session.ended || session.rooms.has(room)) return;
      session.rooms.add(room);
      session.transport.join(room);
      moved(session, room, true);
    },

    leave(session, room) {
      if (!session.rooms.delete(room)) return;
      session.transport.leave(room);
      moved(session, room, false);
    },

    end(session, code, reconnectInMs) {
      if (session.ended) return;
      session.transport.send("session:bye", { code, reconnectInMs });
      session.transport.close(code);
    },
  };
}

/** The rooms that a user is in by being who it is. */
export function standingRooms({ userId, role }: Identity): string[] {
  return [rooms.everyone, rooms.user(userId), rooms.role(role), role === "customer" ? rooms.customers : rooms.staff];
}

/** What `hello` tells every client of the limits. */
export const publishedLimits = {
  textCharacters: limits.textCharacters,
  textBytes: limits.textBytes,
  attachmentsPerMessage: limits.attachmentsPerMessage,
  imageBytes: limits.imageBytes,
  imagePixels: limits.imagePixels,
  syncMessages: limits.syncMessages,
} as const;
