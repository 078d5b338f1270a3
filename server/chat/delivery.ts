import type { EventName, EventPayload } from "#protocol/events.ts";

import type { Bus } from "#server/bus.ts";
import type { Log } from "#server/log.ts";

import type { Told } from "./told.ts";

/** One event for the sessions of some rooms. A session in several of them gets it once. */
export type Parcel<Name extends EventName = EventName> = {
  [Each in Name]: {
    readonly rooms: readonly string[];
    /** Sessions in this room get nothing: they got it another way. */
    readonly except?: string | undefined;
    /** Nor does this session. */
    readonly exceptSession?: string | undefined;
    readonly event: Each;
    readonly payload: EventPayload<Each>;
  };
}[Name];

/** A user's sessions come into a room, or leave it. */
export type Move = { readonly userId: string; readonly room: string; readonly joined: boolean };

/** A gateway's way to the sessions that it holds. */
export type Outlet = {
  deliver(parcel: Parcel): void;
  /** Moves what it holds on other nodes, if it can. */
  move?(move: Move): void;
};

/** The one place that delivers: to the local sessions of every gateway first, then to the other nodes. */
export type Delivery = {
  addOutlet(outlet: Outlet): void;
  /**
   * `xid`: the transaction that stored what is told here, all of it in this one call; the sweep then leaves it
   * alone, on every node that gets it. Null: nothing is stored, or the sweep may tell it once more.
   */
  deliver(parcels: readonly Parcel[], xid: number | null): void;
  /** To this node's sessions alone. */
  deliverHere(parcels: readonly Parcel[]): void;
  /** Moves a user's sessions on the other nodes at once; each node also finds out by itself. */
  moveElsewhere(move: Move): void;
};

type Parts = { readonly bus: Bus; readonly log: Log; readonly told: Told };

/** What `deliver` publishes: `{xid, parcels}`. */
export const deliveryTopic = "deliver";

/** Joins the outlets of this node with the bus. A gateway that fails never keeps the others from delivering. */
export function createDelivery({ bus, log, told }: Parts): Delivery {
  const outlets: Outlet[] = [];

  function deliverHere(parcels: readonly Parcel[]): void {
    for (const outlet of outlets) {
      for (const parcel of parcels) {
        try {
          outlet.deliver(parcel);
        } catch (error) {
          log.error({ err: error, event: parcel.event }, "a gateway could not deliver");
        }
      }
    }
  }

  return {
    addOutlet(outlet) {
      outlets.push(outlet);
    },
    deliver(parcels, xid) {
      if (parcels.length === 0) return;
      // The sweep may have been quicker than the answer to our own commit.
      if (xid === null || told.add(xid)) deliverHere(parcels);
      bus.publish(deliveryTopic, { xid, parcels });
    },
    deliverHere,
    moveElsewhere(move) {
      for (const outlet of outlets) outlet.move?.(move);
    },
  };
}
