import { spawnSync } from "node:child_process";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { of } from "#faults/checker.ts";
import { acknowledgementDelays, quantiles } from "#faults/delays.ts";
import { atLeast, atMost, type Check, none } from "#faults/findings.ts";
import type { Row } from "#faults/row.ts";
import { play, type Scene } from "#faults/scene.ts";
import type { NodeCommand } from "#faults/stage/nodes.ts";
import type { Stage } from "#faults/stage/stage.ts";

/** A folder in memory of so many megabytes; needs root. */
export function mountMemory(folder: string, megabytes: number): void {
  run("mount", ["-t", "tmpfs", "-o", `size=${String(megabytes)}m,mode=0755`, "tmpfs", folder]);
}

export function unmount(folder: string): void {
  run("umount", ["--lazy", folder]);
}

/** Fills what is left of it. */
export async function fill(folder: string): Promise<string> {
  const file = join(folder, "ballast");
  for (const size of [1_000_000, 4_096]) {
    const piece = Buffer.alloc(size);
    while (await writeFile(file, piece, { flag: "a" }).then(() => true, () => false));
  }
  return file;
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}

/** Pictures cannot be kept; words go on. */
export const filesFull: Row = {
  id: "F42",
  title: "the folder of pictures is full, then read-only, then slow at one node (4 s for each file)",
  amounts: { short: "6 s each", long: "20 s each" },
  promises: "P1 P2",
  run: (setting) => play(setting, { name: "F42", load: { pictureMs: 400 } }, async (scene) => {
    const { stage, short, during, workload } = scene;
    const folder = join(stage.folder, "data", "files");
    await mkdir(folder, { recursive: true });
    mountMemory(folder, 8);
    // What a node makes when it starts.
    await mkdir(join(folder, "unfinished"));
    const [{ now: since } = { now: new Date() }] = await stage.postgres.ask<{ now: Date }>("select now()");
    try {
      await sleep(3_000);
      const full = await during(async () => {
        const ballast = await fill(folder);
        await sleep(short ? 6_000 : 20_000);
        await rm(ballast);
      });
      await sleep(2_000);
      const closed = await during(async () => {
        run("mount", ["-o", "remount,ro", folder]);
        await sleep(short ? 6_000 : 20_000);
        run("mount", ["-o", "remount,rw", folder]);
      });
      await sleep(5_000);
      const slow = await withSlowFiles(stage, () => during(() => sleep(short ? 6_000 : 20_000)));
      await sleep(5_000);
      const { entries } = workload.history;
      const refused = of(entries, "unknown").filter(({ who, code }) => who.endsWith("picture") && code === "unavailable");
      const checks: Check[] = [atLeast("pictures refused as unavailable", refused.length, 3)];
      for (const [name, window] of [["full", full], ["read-only", closed], ["slow", slow]] as const) {
        const words = entries.filter((entry) => !entry.who.endsWith("picture"));
        checks.push(atMost(`${name}: words acknowledged, p99 ms`, quantiles(acknowledgementDelays(words, window)).p99, 1_000));
      }
      return [...checks, none("attachments without their file", await findOrphans(scene, { folder, since }))];
    } finally {
      unmount(folder);
    }
  }),
};

/* The first node is started anew for it, and once more afterwards. */
async function withSlowFiles<Result>({ nodes: [node] }: Stage, work: () => Promise<Result>): Promise<Result> {
  if (node === undefined) throw new Error("there is no node");
  const { command } = node;
  const restart = async (next: NodeCommand): Promise<void> => {
    await node.kill();
    node.arrange(next);
    await node.start();
    // Its people come back to it.
    await sleep(5_000);
  };
  await restart({ ...command, nodeOptions: ["--import", "./faults/slow-files.mjs"] });
  node.signal("SIGUSR2");
  try {
    return await work();
  } finally {
    await restart(command);
  }
}

/* A row is written only after its file is, so rows are read first; pictures from before lie below the mount. */
async function findOrphans({ stage, workload }: Scene, { folder, since }: { folder: string; since: Date }): Promise<string[]> {
  const rows = await stage.postgres.ask<{ fileKey: string }>(`select "fileKey" from "Attachment" where "uploaderId" = any($1::uuid[]) and "createdAt" > $2`, [workload.customerIds, since]);
  const there = new Set((await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name));
  return rows.map(({ fileKey }) => fileKey).filter((key) => !there.has(key));
}
