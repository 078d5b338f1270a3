import { spawnSync } from "node:child_process";
import { cp, rename, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { of } from "#faults/checker.ts";
import { atLeast, type Check } from "#faults/findings.ts";
import type { Row } from "#faults/row.ts";
import { play } from "#faults/scene.ts";
import type { Stage } from "#faults/stage/stage.ts";

/** The database is put back to an earlier copy: what was acknowledged since is gone, and nobody may show it any more. */
export const databaseRestored: Row = {
  id: "F49",
  title: "the database is restored from a copy that is some seconds old; nodes are started again",
  amounts: { short: "8 s old", long: "60 s old" },
  promises: "P2 P3 P4",
  run(setting) {
    const restored = { at: Infinity };
    // What counts in the end: what was sent or sent again afterwards. Nobody can know of the rest; and screens go back.
    const counts = ({ kind, at }: { kind: string; at: number }): boolean => kind === "invoke" || (kind !== "disorder" && at > restored.at);
    return play(setting, { name: "F49", load: { reconnectMs: null, pictureMs: null }, counts }, async ({ stage, short, workload }) => {
      const { folder } = stage.postgres.cluster;
      const copy = `${folder}-copy`;
      await stage.postgres.stop("fast");
      await cp(folder, copy, { recursive: true, preserveTimestamps: true });
      giveAway(stage, copy);
      await stage.postgres.start();
      await sleep(short ? 8_000 : 60_000);
      const before = of(workload.history.entries, "ok").length;
      await Promise.all(stage.nodes.map((node) => node.kill()));
      await stage.postgres.stop("fast");
      await rm(folder, { recursive: true });
      await rename(copy, folder);
      await stage.postgres.start();
      restored.at = performance.now();
      await Promise.all(stage.nodes.map((node) => node.start()));
      await sleep(15_000);
      const after = of(workload.history.entries, "ok").length;
      const checks: Check[] = [atLeast("acknowledged after the restore", after - before, 100)];
      return checks;
    });
  },
};

/* A copy made by root is root's; PostgreSQL wants its own. */
function giveAway({ postgres: { cluster } }: Stage, path: string): void {
  if (cluster.account === null) return;
  spawnSync("chown", ["-R", `${String(cluster.account.uid)}:${String(cluster.account.gid)}`, path]);
}
