import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { of } from "#faults/checker.ts";
import { atMost, holds, none } from "#faults/findings.ts";
import type { Row } from "#faults/row.ts";
import { play } from "#faults/scene.ts";
import { openStage } from "#faults/stage/stage.ts";

import { fill, mountMemory, unmount } from "./files.ts";

/** Enough for a new cluster and some log. */
const megabytes = 400;

/** The disk of the database is full; it panics, and goes on when there is room again. */
export const databaseFull: Row = {
  id: "F17",
  title: "the disk of PostgreSQL is full for 15 s (a stage of its own)",
  amounts: { short: "once", long: "once" },
  promises: "P1 P2 P4",
  async run(setting) {
    const disk = await mkdtemp(join(tmpdir(), "xd-"));
    mountMemory(disk, megabytes);
    const stage = await openStage({ disk });
    try {
      await stage.arrange({});
      return await play({ ...setting, stage }, { name: "F17", load: { reconnectMs: null } }, async ({ during, workload }) => {
        let ready: boolean[] = [];
        const window = await during(async () => {
          const ballast = await fill(disk);
          // Until what PostgreSQL had laid out for its log is used up, it goes on; that is helped along.
          await eatLog(() => stage.postgres.ask("select pg_logical_emit_message(false, 'fault', repeat('x', 1000000))"));
          await sleep(10_000);
          ready = await Promise.all(stage.nodes.map((node) => node.isReady()));
          await sleep(5_000);
          await rm(ballast);
          await stage.postgres.start();
        });
        const up = performance.now();
        await sleep(8_000);
        const { entries } = workload.history;
        return [
          holds("no node says that it is ready meanwhile", ready.every((one) => !one), String(ready)),
          atMost("sent again after there is room, ms", (of(entries, "ok").find(({ at }) => at > up)?.at ?? NaN) - up, 5_000),
          none("people who lost their line", of(entries, "down").filter(({ at }) => at >= window.from && at <= window.to).map(({ who }) => who)),
        ];
      });
    } finally {
      await stage.close();
      unmount(disk);
      await rm(disk, { recursive: true, force: true });
    }
  },
};

async function eatLog(eat: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < megabytes; n += 1) {
    if (!(await eat().then(() => true, () => false))) return;
  }
}
