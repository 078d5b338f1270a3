import type { EventName } from "#protocol/events.ts";

/* The contract's own table carries the schemas, which a browser has no need of. */
const names: Record<EventName, true> = {
  hello: true,
  "message:created": true,
  "message:updated": true,
  "conversation:updated": true,
  "conversation:heads": true,
  "receipt:updated": true,
  typing: true,
  "waiter:changed": true,
  "conversation:urged": true,
  "presence:changed": true,
  "notice:pushed": true,
  "notice:updated": true,
  "notice:withdrawn": true,
  push: true,
  "session:bye": true,
};

function isEventName(name: string): name is EventName {
  return Object.hasOwn(names, name);
}

/** Every event that a server may send. */
export const eventNames: readonly EventName[] = Object.keys(names).filter(isEventName);
