import type { ByeCode, EventName, EventPayload } from "#protocol/events.ts";
import type { Availability, Page } from "#protocol/objects.ts";

import type { Identity } from "#server/auth/identity.ts";

import type { RecentMap } from "./recent-map.ts";

/** How a gateway carries one session; the only part of it that knows a socket. */
export type Transport = {
  send<Name extends EventName>(event: Name, payload: EventPayload<Name>): void;
  join(room: string): void;
  leave(room: string): void;
  /** Closes the connection itself; what had to be said was sent before. A slow consumer's is cut, and what waits for it dropped. */
  close(reason: ByeCode): void;
  /** What was sent and not yet taken by the client's side. */
  backlog(): { frames: number; bytes: number };
};

/** What code of the shop's own keeps with a session. */
export type Attributes = ReadonlyMap<string, unknown>;

/** One live connection of one user, over any gateway. */
export type Session = {
  readonly id: string;
  readonly gateway: string;
  /** The client's address, for limits. */
  readonly address: string;
  readonly connectedAt: Date;
  readonly transport: Transport;
  readonly attributes: Attributes;
  /** Replaced by `token:refresh`; always the same user. */
  identity: Identity;
  readonly rooms: Set<string>;
  /** Conversations that this session has on screen. */
  readonly opened: Set<string>;
  /** The last head and rev that this session was told of each conversation. */
  readonly toldHeads: RecentMap<string, string>;
  /** How many checks in a row found too much waiting for it. */
  slowRounds: number;
  /** How many commands in a row were too many. */
  refusals: number;
  status: Availability;
  page: Page | null;
  ended: boolean;
};
