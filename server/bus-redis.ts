import { createHmac } from "node:crypto";

import type { Bus } from "./bus.ts";
import { type Envelope, seal, unseal } from "./bus-envelope.ts";
import { beatMs, createBusWatch } from "./bus-watch.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { openRedis } from "./redis.ts";

type Options = { readonly id: string; readonly url: string; readonly key: Uint8Array; readonly log: Log; readonly metrics: Metrics };
type Listener = (payload: unknown, from: string) => void;

/** The start waits this long for a Redis that is there. */
const startMs = 1_500;
/** A connection that brings nothing for so long is thrown away: behind a silent partition it would never end by itself. */
const renewMs = 5_000;

/**
 * The bus over Redis pub/sub: one connection to publish, one to listen. Messages are signed, so that whoever
 * may write to Redis still cannot speak for a node. Nothing here throws, and nobody waits for Redis.
 */
export async function openRedisBus({ id, url, key, log, metrics }: Options): Promise<Bus> {
  // Installations that share a Redis do not hear each other.
  const channel = `xiaoer:${createHmac("sha256", key).update("channel").digest("hex").slice(0, 16)}`;
  const watch = createBusWatch(log);
  const listeners = new Map<string, Set<Listener>>();
  let number = 0;
  let links = connect();
  let renewedAt = performance.now();
  let firstEcho = (): void => {};

  function connect() {
    const [publisher, subscriber] = [openRedis(url, log), openRedis(url, log)];
    Promise.all([publisher.connected, subscriber.subscribe(channel, receive)])
      .then(beat, (error: unknown) => log.debug({ err: error }, "the bus could not be subscribed to"));
    return { publisher, subscriber };
  }

  function receive(text: string): void {
    const own = text.startsWith(`${id} `);
    // All that is of interest of our own messages is whether the beats come back.
    if (own && text.length > 200) return;
    const envelope = unseal(text, key);
    if (envelope === null) metrics.busMessages.inc({ result: "refused" });
    else if (own) hearEcho(envelope);
    else if (!watch.accept(envelope)) metrics.busMessages.inc({ result: "repeated" });
    else {
      metrics.busMessages.inc({ result: "received" });
      hand(envelope);
    }
  }

  function hearEcho({ topic, payload }: Envelope): void {
    if (topic !== "beat" || typeof payload !== "number") return;
    watch.echoed(payload);
    firstEcho();
  }

  function hand({ topic, payload, from }: Envelope): void {
    if (topic === "bye") watch.left(from);
    for (const listener of listeners.get(topic) ?? []) {
      try {
        listener(payload, from);
      } catch (error) {
        log.error({ err: error, topic }, "a message of another node could not be handled");
      }
    }
  }

  async function publish(topic: string, payload: unknown): Promise<void> {
    number += 1;
    try {
      const text = seal({ from: id, number, topic, payload }, key);
      await links.publisher.call((client) => client.publish(channel, text));
      metrics.busMessages.inc({ result: "sent" });
    } catch (error) {
      watch.failed();
      metrics.busMessages.inc({ result: "failed" });
      log.debug({ err: error, topic }, "the other nodes could not be told");
    }
  }

  function beat(): void {
    void publish("beat", performance.now());
  }

  function tick(): void {
    watch.tick();
    if (!watch.hears() && performance.now() - renewedAt > renewMs) {
      renewedAt = performance.now();
      links.publisher.close();
      links.subscriber.close();
      links = connect();
    }
    beat();
  }

  const timer = setInterval(tick, beatMs);
  timer.unref();
  await new Promise<void>((resolve) => {
    firstEcho = resolve;
    setTimeout(resolve, startMs);
  });
  watch.tick();

  return {
    publish: (topic, payload) => void publish(topic, payload),
    subscribe(topic, listener) {
      const own = listeners.get(topic) ?? new Set();
      listeners.set(topic, own.add(listener));
      return () => void own.delete(listener);
    },
    health: watch.health,
    hears: watch.hears,
    peers: watch.peers,
    async close() {
      clearInterval(timer);
      await publish("bye", null);
      links.publisher.close();
      links.subscriber.close();
    },
  };
}
