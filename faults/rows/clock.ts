import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { of } from "#faults/checker.ts";
import { type Check, holds, none } from "#faults/findings.ts";
import type { Row } from "#faults/row.ts";
import { play } from "#faults/scene.ts";

const minute = 60_000;

/** One node's wall clock jumps, there and back. */
export const clockJumps: Row = {
  id: "F38",
  title: "the clock of one node jumps by 50 s, -50 s, -1 h and +2 h, and back",
  amounts: { short: "5 s each", long: "20 s each" },
  promises: "P1 P2 P3 P11",
  run: (setting) => play(setting, { name: "F38", load: { reconnectMs: null } }, async ({ stage, short, workload, during }) => {
    const [node] = stage.nodes;
    if (node === undefined) return [];
    const { command } = node;
    const file = join(stage.folder, "clock");
    await writeFile(file, "0");
    await node.kill();
    node.arrange({ ...command, nodeOptions: ["--import", "./faults/clock.mjs"], env: { ...command.env, CLOCK_FILE: file } });
    await node.start();
    await sleep(8_000);
    const checks: Check[] = [];
    try {
      for (const [name, offset] of [["+50 s", 50_000], ["-50 s", -50_000], ["-1 h", -60 * minute], ["+2 h", 120 * minute]] as const) {
        const window = await during(async () => {
          await writeFile(file, String(offset));
          process.kill(node.pid, "SIGUSR2");
          await sleep(short ? 5_000 : 20_000);
        });
        const lost = of(workload.history.entries, "down").filter(({ at }) => at >= window.from && at <= window.to);
        if (Math.abs(offset) <= minute) checks.push(none(`${name}: people who lost their line`, lost.map(({ who }) => who)));
        checks.push(holds(`${name}: the node is ready`, await node.isReady()));
      }
    } finally {
      await node.kill();
      node.arrange(command);
      await node.start();
    }
    return checks;
  }),
};
