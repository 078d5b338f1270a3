import type { EventName, EventPayload } from "#protocol/events.ts";
import type { Outlet, Parcel } from "#server/chat/delivery.ts";

/** One live session of a gateway that keeps its rooms here. */
export type Listener = {
  readonly sessionId: string;
  /** What its session sends comes back to it, too: it decides by itself whether to show it. */
  readonly hearsItself: boolean;
  tell(event: EventName, payload: EventPayload<EventName>): void;
};

/** Which sessions stand in which room: a gateway's outlet. */
export type RoomIndex = Outlet & {
  join(room: string, listener: Listener): void;
  leave(room: string, listener: Listener): void;
};

export function createRoomIndex(): RoomIndex {
  const rooms = new Map<string, Set<Listener>>();

  function collect(parcel: Parcel): ReadonlySet<Listener> | null {
    let found: Set<Listener> | null = null;
    let shared = false;
    for (const room of parcel.rooms) {
      const members = rooms.get(room);
      if (members === undefined) continue;
      if (found === null) {
        found = members;
        shared = true;
      } else {
        found = shared ? new Set(found) : found;
        shared = false;
        for (const member of members) found.add(member);
      }
    }
    return found;
  }

  return {
    join(room, listener) {
      const members = rooms.get(room);
      if (members === undefined) rooms.set(room, new Set([listener]));
      else members.add(listener);
    },
    leave(room, listener) {
      const members = rooms.get(room);
      members?.delete(listener);
      if (members?.size === 0) rooms.delete(room);
    },
    deliver(parcel) {
      const { except, exceptSession, event, payload } = parcel;
      const left = except === undefined ? undefined : rooms.get(except);
      for (const listener of collect(parcel) ?? []) {
        if (left?.has(listener) === true || (listener.sessionId === exceptSession && !listener.hearsItself)) continue;
        listener.tell(event, payload);
      }
    },
  };
}
