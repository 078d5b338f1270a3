import { createHash } from "node:crypto";

import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import * as z from "zod/mini";

import type { Bus } from "#server/bus.ts";
import type { RedisLink } from "#server/redis.ts";

export type Window = { readonly points: number; readonly seconds: number };
export type Limiter = RateLimiterMemory | RateLimiterRedis;

/**
 * A limit that all nodes share and that outlives them. While Redis fails, each node counts for itself: nothing
 * that is limited is ever free, and nobody is turned away because Redis is. Keys are hashed: they are addresses
 * and names.
 */
export function createSharedLimiter(link: RedisLink, keyPrefix: string, { points, seconds: duration }: Window): RateLimiterRedis {
  return new RateLimiterRedis({
    storeClient: storeOver(link),
    useRedisPackage: true,
    rejectIfRedisNotReady: true,
    keyPrefix,
    points,
    duration,
    // Whoever is beyond the limit costs Redis nothing.
    inMemoryBlockOnConsumed: points + 1,
    insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration }),
  });
}

/** What stands in Redis in the place of an address or a name. */
export function hashKey(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, 22);
}

/* The few calls that the limiter makes, each with our limit of time. */
function storeOver(link: RedisLink) {
  return {
    get isReady() {
      return link.isUsable();
    },
    eval: (script: string, options: { keys: string[]; arguments: string[] }) => link.call((client) => client.eval(script, options)),
    multi: () => ({
      get: (key: string) => ({
        pTTL: () => ({ exec: () => link.call((client) => client.multi().get(key).pTTL(key).exec(true)) }),
      }),
    }),
  };
}

/** What was spent on this node, told to the others a few times a second. */
export type Spending = { note(name: string, key: string, points: number): void };

const topic = "spent";
const gatherMs = 100;
const spent = z.array(z.tuple([z.string(), z.string(), z.int().check(z.positive())]));

/**
 * For limits on the hot path, which wait for nobody: every node counts in memory, and adds what the others tell it.
 * Someone who uses several nodes gets at most what fits into a tenth of a second beyond the limit.
 */
export function shareSpending(bus: Bus, add: (name: string, key: string, points: number) => void): Spending {
  const gathered = new Map<string, [name: string, key: string, points: number]>();
  let timer: NodeJS.Timeout | null = null;

  bus.subscribe(topic, (payload) => {
    const read = z.safeParse(spent, payload);
    if (read.success) for (const [name, key, points] of read.data) add(name, key, points);
  });

  function tell(): void {
    timer = null;
    bus.publish(topic, [...gathered.values()]);
    gathered.clear();
  }

  return {
    note(name, key, points) {
      if (bus.peers().length === 0) return;
      const id = `${name} ${key}`;
      gathered.set(id, [name, key, points + (gathered.get(id)?.[2] ?? 0)]);
      timer ??= setTimeout(tell, gatherMs).unref();
    },
  };
}
