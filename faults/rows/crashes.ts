import { setTimeout as sleep } from "node:timers/promises";

import { crashPoints } from "#faults/crash-points.ts";
import { deliveryDelays, quantiles } from "#faults/delays.ts";
import { atMost, none } from "#faults/findings.ts";
import type { Row } from "#faults/row.ts";
import { play } from "#faults/scene.ts";

/** One node kills itself at each named point, again and again. */
export const namedCrashes: Row = {
  id: "F2",
  title: `a node kills itself at: ${crashPoints.join(", ")}`,
  amounts: { short: "once each", medium: "3 times each", long: "10 times each" },
  promises: "P1 P2 P3 P4 P5",
  run: (setting) => play(setting, { name: "F2" }, async ({ stage, length, say, workload, during }) => {
    const [node] = stage.nodes;
    if (node === undefined) return [];
    const { command } = node;
    const missed: string[] = [];
    const crash = async (): Promise<void> => {
      for (const point of crashPoints) {
        for (let n = 0; n < (length === "long" ? 10 : length === "medium" ? 3 : 1); n += 1) {
          await node.kill();
          node.arrange({ ...command, entry: ["scripts/run.mjs", "faults/crashing-node.ts", point, String(5 + Math.floor(Math.random() * 25))] });
          await node.start();
          if (!(await node.untilEnded(30_000))) missed.push(point);
          await sleep(200);
        }
        say(`died at ${point}`);
      }
    };
    const window = await during(async () => {
      try {
        await crash();
      } finally {
        await node.kill();
        node.arrange(command);
        await node.start();
      }
    });
    const delivered = quantiles(deliveryDelays(workload.history.entries, window));
    // What the dead node told nobody is found by the sweep.
    return [none("points that were not reached", missed), atMost("delivery to who had a line, slowest ms", delivered.max, 10_000)];
  }),
};
