import { beforeAll, describe, expect, it, vi } from "vitest";

import { type Bus, openBus } from "#server/bus.ts";
import { parseConfig } from "#server/config.ts";
import { createId } from "#server/ids.ts";
import { createLog } from "#server/log.ts";
import { createMetrics } from "#server/metrics.ts";
import { openRedis } from "#server/redis.ts";
import { atEnd } from "#server/testing/clean-up.ts";
import { startRedis, type TestRedis } from "#server/testing/redis.ts";

import { createLimits, type LimitName, type Limits } from "./limits.ts";
import { deriveSecrets } from "./secrets.ts";

const log = createLog({ level: "silent", pretty: false });
const secrets = deriveSecrets("a secret that only tests know: 0123456789", "another secret that only tests know: 0123");
const address = "192.0.2.1";

async function startLimits(redis: TestRedis): Promise<{ limits: Limits; bus: Bus }> {
  const bus = await openBus({ id: createId(), config: parseConfig({ REDIS_URL: redis.url }), secrets, log, metrics: createMetrics() });
  const link = openRedis(redis.url, log);
  await link.connected;
  const limits = createLimits(() => false, { bus, link, prefix: "test" });
  atEnd(async () => {
    limits.close();
    await bus.close();
  });
  return { limits, bus };
}

/** Tries `tries` times, one after the other, over the nodes in turn; answers how many were let through. */
async function tryInTurn(nodes: readonly Limits[], name: LimitName, { tries, key, gapMs = 0 }: { tries: number; key: string; gapMs?: number }): Promise<number> {
  let passed = 0;
  for (let n = 0; n < tries; n += 1) {
    const allowed = await nodes[n % nodes.length]?.consume(name, { key, address }).then(() => true, () => false);
    if (allowed === true) passed += 1;
    if (gapMs > 0) await new Promise<void>((resolve) => setTimeout(resolve, gapMs));
  }
  return passed;
}

describe("limits of three nodes", () => {
  let redis: TestRedis;
  let nodes: Limits[];

  beforeAll(async () => {
    redis = await startRedis();
    const started = [await startLimits(redis), await startLimits(redis), await startLimits(redis)];
    await vi.waitFor(() => {
      if (started.some(({ bus }) => bus.peers().length < 2)) throw new Error("the nodes do not know each other");
    }, 5_000);
    nodes = started.map(({ limits }) => limits);
  });

  it("count together what is rare", async () => {
    expect(await tryInTurn(nodes, "handshakeUser", { tries: 30, key: "mei" })).toBe(10);
    expect(await tryInTurn(nodes, "newConversation", { tries: 30, key: "mei" })).toBe(6);
    expect(await nodes[0]?.spent("handshakeUser", { key: "mei", address })).toBeGreaterThanOrEqual(10);
  });

  it("count failures of a sign-in together", async () => {
    for (const limits of [...nodes, ...nodes]) await limits.count("loginIp", { key: "192.0.2.7", address });
    for (const limits of nodes) await expect(limits.check("loginIp", { key: "192.0.2.7", address })).rejects.toMatchObject({ code: "rate_limited" });
  });

  it("S110: hold for someone who sends over all of them, within a fifth", async () => {
    const passed = await tryInTurn(nodes, "customerSend", { tries: 45, key: "lin", gapMs: 50 });
    expect(passed).toBeGreaterThanOrEqual(18);
    expect(passed).toBeLessThanOrEqual(24);
  });

  it("leave no address and no name in Redis", async () => {
    const link = openRedis(redis.url, log);
    await link.connected;
    const keys = await link.call((client) => client.keys("*"));
    link.close();
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.join(" ")).not.toMatch(/mei|192\.0\.2/);
  });

  it("S110: go on without Redis, each node for itself, and nobody waits long", async () => {
    redis.pause();
    const start = performance.now();
    const passed = await tryInTurn(nodes, "handshakeUser", { tries: 60, key: "bo" });
    expect(performance.now() - start).toBeLessThan(6_000);
    expect(passed).toBe(30);
    await redis.stop();
    expect(await tryInTurn(nodes.slice(0, 1), "handshakeUser", { tries: 20, key: "wei" })).toBe(10);
  });
});
