import { randomUUID } from "node:crypto";

/**
 * A new id of ours: UUIDv7 (RFC 9562), so that rows made together lie together in an index. Its 74 random
 * bits are those of Node's own UUIDs, which come from a pool: every message needs an id.
 */
export function createId(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
