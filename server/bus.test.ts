import { beforeAll, describe, expect, it } from "vitest";

import { deriveSecrets } from "./auth/secrets.ts";
import { type Bus, openBus } from "./bus.ts";
import { seal, unseal } from "./bus-envelope.ts";
import { parseConfig } from "./config.ts";
import { createId } from "./ids.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { openRedis, type RedisLink } from "./redis.ts";
import { atEnd } from "./testing/clean-up.ts";
import { startRedis, type TestRedis } from "./testing/redis.ts";

const secrets = deriveSecrets("a secret that only tests know: 0123456789", "another secret that only tests know: 0123");
const log = createLog({ level: "silent", pretty: false });

type TestBus = Bus & { readonly id: string; readonly heard: { topic: string; payload: unknown; from: string }[]; count(result: string): Promise<number> };

async function open(url: string): Promise<TestBus> {
  const [id, metrics] = [createId(), createMetrics()];
  const bus = await openBus({ id, config: parseConfig({ REDIS_URL: url }), secrets, log, metrics });
  atEnd(() => bus.close());
  const heard: TestBus["heard"] = [];
  for (const topic of ["news", "other"]) bus.subscribe(topic, (payload, from) => void heard.push({ topic, payload, from }));
  return {
    ...bus, id, heard,
    async count(result) {
      const { values } = await metrics.busMessages.get();
      return values.find(({ labels }) => labels.result === result)?.value ?? 0;
    },
  };
}

const within = { timeout: 10_000, interval: 20 };

describe("the bus", () => {
  let redis: TestRedis;
  let raw: RedisLink;
  let [one, two]: TestBus[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    raw = openRedis(redis.url, log);
    atEnd(async () => raw.close());
    await raw.connected;
    [one, two] = [await open(redis.url), await open(redis.url)];
  });

  it("brings what one node publishes to the others, in order, and never back", async () => {
    for (const n of [1, 2, 3]) one?.publish("news", { n });
    await expect.poll(() => two?.heard, within).toEqual([1, 2, 3].map((n) => ({ topic: "news", payload: { n }, from: one?.id })));
    expect(one?.heard).toEqual([]);
    expect([one?.health(), two?.health(), one?.hears()]).toEqual(["ok", "ok", true]);
    await expect.poll(() => one?.peers(), within).toEqual([two?.id]);
  });

  it("S115: refuses what no node of ours has signed, and what is no message at all", async () => {
    const [channel = ""] = await raw.call((client) => client.pubSubChannels("xiaoer:*"));
    const before = two?.heard.length;
    const signed = seal({ from: createId(), number: 1, topic: "news", payload: "forged" }, deriveSecrets("not the secret of this installation: 01234", "x").key("bus"));
    const genuine = seal({ from: createId(), number: 1, topic: "news", payload: "x" }, secrets.key("bus"));
    for (const text of [signed, genuine.replace('"x"', '"y"'), genuine.replace(" 1 ", " 2 "), "", "beat", "{}", `${createId()} 1  []`, "\u0000".repeat(1_000)]) {
      await raw.call((client) => client.publish(channel, text));
    }
    one?.publish("other", "the last");
    await expect.poll(() => two?.heard.at(-1)?.payload, within).toBe("the last");
    expect(two?.heard.length).toBe((before ?? 0) + 1);
    expect(await two?.count("refused")).toBe(8);
  });

  it("hands on a repeated message once", async () => {
    const [channel = ""] = await raw.call((client) => client.pubSubChannels("xiaoer:*"));
    const from = createId();
    const texts = [5, 6, 5, 7, 6, 7, 7].map((number) => seal({ from, number, topic: "news", payload: number }, secrets.key("bus")));
    for (const text of texts) await raw.call((client) => client.publish(channel, text));
    await expect.poll(() => two?.heard.filter((one) => one.from === from).map(({ payload }) => payload), within).toEqual([5, 6, 7]);
    await expect.poll(() => two?.count("repeated"), within).toBe(4);
  });

  it("doubts itself when numbers are missing", async () => {
    const own = await open(redis.url);
    expect(own.health()).toBe("ok");
    const [channel = ""] = await raw.call((client) => client.pubSubChannels("xiaoer:*"));
    const from = createId();
    for (const number of [1, 3]) await raw.call((client) => client.publish(channel, seal({ from, number, topic: "news", payload: number }, secrets.key("bus"))));
    await expect.poll(() => own.health(), within).toBe("degraded");
    expect(own.hears()).toBe(true);
  });

  it("doubts itself when another node falls silent without a word, and not when it says goodbye", async () => {
    const [observer, leaver] = [await open(redis.url), await open(redis.url)];
    await expect.poll(() => observer.peers(), within).toContain(leaver.id);
    await leaver.close();
    await expect.poll(() => observer.peers(), within).not.toContain(leaver.id);
    expect(observer.health()).toBe("ok");
    const [channel = ""] = await raw.call((client) => client.pubSubChannels("xiaoer:*"));
    await raw.call((client) => client.publish(channel, seal({ from: createId(), number: 1, topic: "beat", payload: 1 }, secrets.key("bus"))));
    await expect.poll(() => observer.health(), within).toBe("degraded");
  });

  it("shows a listener's failure to nobody else", async () => {
    two?.subscribe("news", () => {
      throw new Error("a listener that fails");
    });
    one?.publish("news", "after the failure");
    one?.publish("news", "and again");
    await expect.poll(() => two?.heard.slice(-2).map(({ payload }) => payload), within).toEqual(["after the failure", "and again"]);
  });

  it("lets nobody wait for a payload that is no JSON", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(() => one?.publish("news", circle)).not.toThrow();
    expect(() => one?.publish("news", 1n)).not.toThrow();
  });
});

describe("a Redis that fails", () => {
  it("is no reason not to start, and is found when it comes", async () => {
    const first = await startRedis();
    await first.stop();
    const start = performance.now();
    const [one, two] = await Promise.all([open(first.url), open(first.url)]);
    expect(performance.now() - start).toBeLessThan(3_000);
    one.publish("news", "lost");
    expect([one.health(), one.hears(), one.peers()]).toEqual(["degraded", false, []]);
    await startRedis({ port: first.port });
    await expect.poll(() => [one.hears(), two.hears()], within).toEqual([true, true]);
    one.publish("news", "found");
    await expect.poll(() => two.heard.map(({ payload }) => payload), within).toEqual(["found"]);
    expect(one.health()).toBe("degraded");
  });

  it("costs a publisher no time when it is killed, and the nodes find each other when it is back", async () => {
    const first = await startRedis();
    const [one, two] = [await open(first.url), await open(first.url)];
    await first.stop();
    for (let n = 0; n < 2_000; n += 1) one.publish("news", n);
    const start = performance.now();
    one.publish("news", "quick");
    expect(performance.now() - start).toBeLessThan(50);
    await expect.poll(() => [one.health(), two.health(), two.hears()], within).toEqual(["degraded", "degraded", false]);
    await startRedis({ port: first.port });
    await expect.poll(() => {
      one.publish("news", "back");
      return two.heard.at(-1)?.payload;
    }, within).toBe("back");
  });

  it("that drops its listeners is listened to again, and what they missed is noticed", async () => {
    const redis = await startRedis();
    const [one, two] = [await open(redis.url), await open(redis.url)];
    const raw = openRedis(redis.url, log);
    await raw.connected;
    await expect.poll(() => two.peers(), within).toEqual([one.id]);
    const killed = raw.call((client) => client.sendCommand(["CLIENT", "KILL", "TYPE", "pubsub"]));
    for (let n = 0; n < 200; n += 1) one.publish("news", n);
    await killed;
    await raw.call((client) => client.flushAll());
    raw.close();
    await expect.poll(() => {
      one.publish("news", "again");
      return two.heard.at(-1)?.payload;
    }, within).toBe("again");
    const missed = 200 - two.heard.filter(({ payload }) => typeof payload === "number").length;
    expect(two.health()).toBe(missed === 0 ? "ok" : "degraded");
  });

  it("costs a publisher no time when it hangs", async () => {
    const redis = await startRedis();
    const [one, two] = [await open(redis.url), await open(redis.url)];
    redis.pause();
    for (let n = 0; n < 2_000; n += 1) one.publish("news", n);
    await expect.poll(() => [one.health(), two.health(), two.hears()], within).toEqual(["degraded", "degraded", false]);
    expect(await one.count("failed")).toBeGreaterThan(0);
    const start = performance.now();
    one.publish("news", "quick");
    expect(performance.now() - start).toBeLessThan(50);
    redis.resume();
    await expect.poll(() => {
      one.publish("news", "back");
      return two.heard.at(-1)?.payload;
    }, within).toBe("back");
  });
});

describe("an envelope", () => {
  it("is read as it was written", () => {
    const envelope = { from: createId(), number: 12, topic: "news", payload: { text: "你好 \n %00", list: [1, null, true] } };
    expect(unseal(seal(envelope, secrets.key("bus")), secrets.key("bus"))).toEqual(envelope);
  });
});
