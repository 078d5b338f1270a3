import { setTimeout as sleep } from "node:timers/promises";

import { comebacks, quantiles } from "#faults/delays.ts";
import { atMost, timed } from "#faults/findings.ts";
import type { Row } from "#faults/row.ts";
import { play } from "#faults/scene.ts";
import { of } from "#faults/checker.ts";

/** Nodes are killed one after the other under load and started again, as a supervisor does. */
export const nodesKilled: Row = {
  id: "F1",
  title: "kill -9 of one node after the other under load",
  amounts: { short: "4 kills", medium: "40 kills", long: "200 kills" },
  promises: "P1 P2 P3 P4 P5 P6 P9 P11",
  run: (setting) => play(setting, { name: "F1" }, async ({ stage, length, say, workload, during }) => {
    const kills = length === "long" ? 200 : length === "medium" ? 40 : 4;
    const readyMs: number[] = [];
    const window = await during(async () => {
      for (let n = 0; n < kills; n += 1) {
        const node = stage.nodes[n % stage.nodes.length];
        await sleep(500 + Math.random() * 1_000);
        await node?.kill();
        await sleep(1_000);
        readyMs.push(await node?.start() ?? NaN);
        if (n % 20 === 19) say(`${String(n + 1)} kills`);
      }
    });
    const back = quantiles(comebacks(workload.history.entries, window));
    return [timed(atMost("clients back, p99 ms", back.p99, 10_000)), timed(atMost("node ready again, slowest ms", Math.max(...readyMs), 10_000))];
  }),
};

/** Every node in turn is asked to stop and started again, as an upgrade does. */
export const nodesRestarted: Row = {
  id: "F3",
  title: "rolling restart of all nodes (SIGTERM)",
  amounts: { short: "2 nodes", medium: "1 round of 3 nodes", long: "3 rounds of 3 nodes" },
  promises: "P1 P2 P3 P4 P5 P12",
  run: (setting) => play(setting, { name: "F3", load: { reconnectMs: null } }, async ({ stage, length, workload, during }) => {
    const rounds = length === "long" ? 3 : 1;
    const stopMs: number[] = [];
    let rejected = 0;
    const window = await during(async () => {
      for (let n = 0; n < rounds; n += 1) {
        for (const node of length === "long" || length === "medium" ? stage.nodes : stage.nodes.slice(0, 2)) {
          stopMs.push(await node.terminate());
          if (await node.isReady()) rejected += 1;
          await node.start();
        }
      }
    });
    const { entries } = workload.history;
    const times = new Map<string, number>();
    for (const { who, at } of of(entries, "up")) if (at >= window.from) times.set(who, (times.get(who) ?? 0) + 1);
    return [
      atMost("a node stopped within, ms", Math.max(...stopMs), 25_000),
      atMost("reconnects of one client per round", Math.max(0, ...times.values()) / rounds, 2),
      atMost("clients back, slowest ms", quantiles(comebacks(entries, window)).max, 30_000),
      atMost("nodes that were ready after they had stopped", rejected, 0),
    ];
  }),
};
