import type { EventName, EventPayload } from "#protocol/events.ts";
import type { Outlet, Parcel } from "#server/chat/delivery.ts";

/** An event on its way to subscriptions. What it becomes there is made once, however many get it. */
export type Letter = {
  readonly event: EventName;
  readonly payload: EventPayload<EventName>;
  /** The rooms that it was sent to; none when it was sent to one session. */
  readonly rooms: readonly string[];
  /** A body in one of the shapes that subscriptions ask for. */
  write(shape: string, make: () => unknown): string;
};

/** Why a session that is in one of the rooms should not get the event itself; destinations may still tell of it. */
export type Exception = { readonly other: boolean; readonly own: boolean };

/** One live session of this gateway. */
export type Listener = {
  readonly sessionId: string;
  hear(letter: Letter, exception: Exception): void;
};

/** Which sessions stand in which room. */
export type StompOutlet = Outlet & {
  join(room: string, listener: Listener): void;
  leave(room: string, listener: Listener): void;
};

export function createLetter(event: EventName, payload: EventPayload<EventName>, rooms: readonly string[] = []): Letter {
  const written = new Map<string, string>();
  return {
    event,
    payload,
    rooms,
    write(shape, make) {
      const before = written.get(shape);
      if (before !== undefined) return before;
      const body = JSON.stringify(make());
      written.set(shape, body);
      return body;
    },
  };
}

export function createOutlet(): StompOutlet {
  const rooms = new Map<string, Set<Listener>>();

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
    deliver({ rooms: named, except, exceptSession, event, payload }: Parcel) {
      const listeners = new Set<Listener>();
      for (const room of named) for (const listener of rooms.get(room) ?? []) listeners.add(listener);
      if (listeners.size === 0) return;
      const letter = createLetter(event, payload, named);
      const left = except === undefined ? undefined : rooms.get(except);
      for (const listener of listeners) listener.hear(letter, { other: left?.has(listener) === true, own: listener.sessionId === exceptSession });
    },
  };
}
