import * as z from "zod/mini";

import { events } from "#protocol/events.ts";

import { deliveryTopic, type Parcel } from "./delivery.ts";
import type { Node } from "./node.ts";

const frame = z.object({ xid: z.nullable(z.int()), parcels: z.array(z.unknown()) });
/** What a node tells its own sessions alone is not taken from another. */
const { hello: _hello, "session:bye": _bye, "presence:changed": _presence, ...shared } = events;
const outline = z.object({
  rooms: z.array(z.string()),
  except: z.optional(z.string()),
  exceptSession: z.optional(z.string()),
  event: z.enum(Object.keys(shared)),
});

/** Delivers to this node's sessions what other nodes told theirs; answers what stops it. What is not of the contract's shape is left out. */
export function receiveDeliveries(node: Node): () => void {
  return node.bus.subscribe(deliveryTopic, (payload) => {
    const read = z.safeParse(frame, payload);
    const parcels = read.success ? read.data.parcels.filter(isParcel) : [];
    if (!read.success || parcels.length < read.data.parcels.length) node.log.warn("another node sent what this one does not understand; do both run the same version?");
    if (!read.success || (read.data.xid !== null && !node.told.add(read.data.xid))) return;
    noteMessages(node, parcels);
    node.delivery.deliverHere(parcels);
  });
}

function isParcel(value: unknown): value is Parcel {
  const read = z.safeParse(outline, value);
  if (!read.success || typeof value !== "object" || value === null || !("payload" in value)) return false;
  const schema = new Map<string, z.ZodMiniType>(Object.entries(shared)).get(read.data.event);
  return schema !== undefined && z.safeParse(schema, value.payload).success;
}

/* Staff of this node are told of the heads of what changed lately, wherever it did. */
function noteMessages({ recentChanges, metrics }: Node, parcels: readonly Parcel[]): void {
  for (const { event, payload } of parcels) {
    if (event !== "message:created" && event !== "message:updated") continue;
    recentChanges.note(payload.messages.map(({ conversationId }) => conversationId));
    const newest = payload.messages.at(-1);
    if (event === "message:created" && newest !== undefined && "createdAt" in newest) {
      metrics.messageDelivery.observe({ path: "bus" }, Math.max(0, Date.now() - Date.parse(newest.createdAt)) / 1_000);
    }
  }
}
