import { openRedisBus } from "./bus-redis.ts";
import type { Platform } from "./platform.ts";

/**
 * The way between nodes. Publishing never throws and never waits: what gets lost is repaired from the
 * database, so a bus may lose, repeat and reorder.
 */
export type Bus = {
  /** Tells all other nodes; returns at once. `payload` is JSON. */
  publish(topic: string, payload: unknown): void;
  /** Calls `listener` for each message of another node, with that node's id; returns the unsubscriber. */
  subscribe(topic: string, listener: (payload: unknown, from: string) => void): () => void;
  /** Degraded: something may have been lost in the last minute, so whoever repairs should look more often. */
  health(): BusHealth;
  /** Whether what the others publish arrives here now. */
  hears(): boolean;
  /** The other nodes that were heard of in the last seconds. */
  peers(): readonly string[];
  close(): Promise<void>;
};

export type BusHealth = "ok" | "degraded";

/** The bus of an installation with one node: there is nobody to tell. */
export function createSingleNodeBus(): Bus {
  return { publish() {}, subscribe: () => () => {}, health: () => "ok", hears: () => true, peers: () => [], close: () => Promise.resolve() };
}

/** Opens the bus that the settings name. A Redis that is not reached is no reason not to start. */
export async function openBus({ id, config, secrets, log, metrics }: Pick<Platform, "id" | "config" | "secrets" | "log" | "metrics">): Promise<Bus> {
  if (config.redisUrl === null) return createSingleNodeBus();
  return openRedisBus({ id, url: config.redisUrl, key: secrets.key("bus"), log, metrics });
}
