import { vi } from "vitest";

import type { Bus } from "#server/bus.ts";

import { makeTestSettings, startTestNodeOn, type TestNode } from "./node.ts";
import { startRedis, type TestRedis } from "./redis.ts";

/** A node of a cluster, with its line to the others in the test's hand. */
export type ClusterNode = TestNode & {
  /** From here on nothing goes out and nothing comes in, as when the process is dead or the network is cut. */
  mute(): void;
};

/** Whole nodes in one process, on one database and one folder. */
export type Cluster = { readonly nodes: readonly [ClusterNode, ClusterNode, ClusterNode]; readonly redis: TestRedis };

/** Starts three nodes that know each other, over a Redis of their own; all of it ends after the file's last test. */
export async function startCluster(env: Readonly<Record<string, string>> = {}): Promise<Cluster> {
  const redis = await startRedis();
  const settings = { ...await makeTestSettings(), REDIS_URL: redis.url, ...env };
  const nodes: Cluster["nodes"] = [await startClusterNode(settings), await startClusterNode(settings), await startClusterNode(settings)];
  await vi.waitFor(() => {
    if (nodes.some(({ node }) => node.bus.peers().length < 2)) throw new Error("the nodes do not know each other");
  }, 10_000);
  return { nodes, redis };
}

/** Starts one more node with these settings. */
export async function startClusterNode(settings: Readonly<Record<string, string>>): Promise<ClusterNode> {
  let muted = false;
  const hold = (bus: Bus): Bus => ({
    ...bus,
    publish: (topic, payload) => {
      if (!muted) bus.publish(topic, payload);
    },
    subscribe: (topic, listener) => bus.subscribe(topic, (payload, from) => {
      if (!muted) listener(payload, from);
    }),
  });
  const node = await startTestNodeOn(settings, hold);
  return {
    ...node,
    mute() {
      muted = true;
    },
  };
}
