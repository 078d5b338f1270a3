import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { installationRoot } from "#server/installation.ts";

import { check, type Evidence, findWrongScreens, isClean, of, type Screen } from "./checker.ts";
import { acknowledgementDelays, comebacks, deliveryDelays, firstOk, quantiles, stillAway, type Window } from "./delays.ts";
import { atMost, type Check, type Findings, hasPassed, none } from "./findings.ts";
import type { Entry } from "./history.ts";
import { untilGone } from "./presence.ts";
import { signInAdmin } from "./stage/people.ts";
import { keepLogs, type Stage } from "./stage/stage.ts";
import { readStored } from "./stored.ts";
import { readLate } from "./workload/late.ts";
import { type Load, openWorkload, type Workload } from "./workload/workload.ts";

/** Long: as published. Short: a minute at most. Medium: short, but more of what needs numbers. Brief: as part of the tests, with fewer people. */
export type Length = "long" | "medium" | "short" | "brief";

/** What a row is given. `short`: anything but long. */
export type Setting = { readonly stage: Stage; readonly length: Length; readonly short: boolean; readonly say: (line: string) => void };

/** A row while its people write and read. */
export type Scene = Setting & {
  readonly workload: Workload;
  /** Before the fault, for comparison. */
  readonly before: Window;
  /** The stretch of time that some work takes. */
  during(work: () => Promise<unknown>): Promise<Window>;
};

export type SceneOptions = {
  /** The name under which logs and history are kept when it fails. */
  readonly name: string;
  readonly load?: Partial<Load>;
  /** How long presence may hold people who have left. */
  readonly ghostMs?: number;
  /** What counts in the end, where something was lost on purpose; left out: everything. */
  readonly counts?: (entry: Entry) => boolean;
};

/** The workload of every row, unless it says otherwise. */
export function usualLoad(length: Length): Load {
  if (length === "brief") return { customers: 30, agents: 5, twins: 5, rate: 60, reconnectMs: 2_000, pictureMs: 2_000 };
  const full = length !== "short";
  return { customers: 60, agents: 10, twins: 10, rate: full ? 200 : 100, reconnectMs: 2_000, pictureMs: full ? 1_000 : 1_500 };
}

const calmMs = { brief: 2_000, short: 4_000, medium: 4_000, long: 10_000 } as const;
const tailMs = { brief: 1_000, short: 2_000, medium: 2_000, long: 5_000 } as const;
const drainMs = 90_000;
/** Heads come every 20 s: whoever missed something knows it by then. */
const convergeMs = 30_000;

/**
 * Lets people write and read while `fault` does its work; then everything has to come to rest, and to agree. What
 * `fault` answers is checked together with the promises.
 */
export async function play(setting: Setting, { name, load, ghostMs = 45_000, counts = () => true }: SceneOptions, fault: (scene: Scene) => Promise<readonly Check[]>): Promise<Findings> {
  const { stage, length } = setting;
  await stage.heal();
  const surprised = stage.nodes.map(({ surprises }) => surprises);
  const workload = await openWorkload(stage, { ...usualLoad(length), ...load });
  const { history, people, customerIds } = workload;
  const during = async (work: () => Promise<unknown>): Promise<Window> => {
    const from = performance.now();
    await work();
    return { from, to: performance.now() };
  };
  try {
    workload.begin();
    const before = await during(() => sleep(calmMs[length]));
    const checks = await fault({ ...setting, workload, before, during });
    await sleep(tailMs[length]);
    await workload.stop();
    const { evidence, ...rest } = await settle(stage, workload);
    const verdict = check({ ...evidence, entries: evidence.entries.filter(counts) });
    const { token } = await signInAdmin(stage);
    workload.close();
    const { ms, ghosts } = await untilGone(stage, { userIds: [...customerIds, ...people.map(({ userId }) => userId)], token, limitMs: ghostMs });
    const findings: Findings = {
      verdict,
      checks: [
        ...checks,
        none("clients that never came back", stillAway(history.entries.slice(0, rest.entriesAtRest))),
        none(`ghosts after ${String(ghostMs / 1_000)} s`, ghosts.who),
        atMost("nodes that ended by themselves", stage.nodes.reduce((sum, { surprises }, n) => sum + surprises - (surprised[n] ?? 0), 0), 0),
      ],
      figures: { ...summarise(evidence, before), "drained in": `${String(rest.drainedMs)} ms`, "screens equal after": `${String(rest.equalMs)} ms`, "last ghost gone after": `${String(ms)} ms` },
    };
    if (!hasPassed(findings)) await keep(stage, { name, workload, evidence });
    return findings;
  } catch (error) {
    await keep(stage, { name, workload, evidence: null });
    throw error;
  } finally {
    workload.close();
  }
}

/* Waits until nothing is on its way any more and all screens show the same, or until that takes too long. */
async function settle(stage: Stage, { history, people, customerIds }: Workload) {
  const begun = performance.now();
  const passed = (): number => Math.round(performance.now() - begun);
  const unsent = () => people.flatMap(({ watched }) => watched.unsent());
  while (unsent().some(({ state }) => state !== "failed") && passed() < drainMs) await sleep(50);
  const drainedMs = passed();
  // Whose line broke a moment ago is on the way back.
  while (stillAway(history.entries).length > 0 && passed() < drainMs) await sleep(250);
  const stored = await readStored(stage.postgres, customerIds);
  const screens = (): Screen[] => people.flatMap(({ watched }) => watched.screens());
  const restAt = performance.now();
  while (findWrongScreens(screens(), stored.rows).length > 0 && performance.now() - restAt < convergeMs) await sleep(100);
  const equalMs = Math.round(performance.now() - restAt);
  const entriesAtRest = history.entries.length;
  const late = await readLate(stage, people);
  const evidence: Evidence = { entries: history.entries, ...stored, screens: [...screens(), ...late], unsent: unsent() };
  return { evidence, drainedMs, equalMs, entriesAtRest };
}

function summarise({ entries, rows }: Evidence, before: Window): Findings["figures"] {
  const back = quantiles(comebacks(entries));
  const acknowledged = quantiles(acknowledgementDelays(entries));
  const delivered = quantiles(deliveryDelays(entries));
  const calm = quantiles(deliveryDelays(entries, before));
  return {
    sent: of(entries, "invoke").length,
    acknowledged: firstOk(entries).size,
    repeats: of(entries, "ok").filter(({ who }) => who.endsWith(" again")).length,
    stored: rows.length,
    "calm delivery p50/p99": `${String(calm.p50)} / ${String(calm.p99)} ms`,
    "delivery p50/p99/max": `${String(delivered.p50)} / ${String(delivered.p99)} / ${String(delivered.max)} ms`,
    "acknowledged p50/p99/max": `${String(acknowledged.p50)} / ${String(acknowledged.p99)} / ${String(acknowledged.max)} ms`,
    "cut off": back.count,
    "back p50/p99/max": `${String(back.p50)} / ${String(back.p99)} / ${String(back.max)} ms`,
  };
}

async function keep(stage: Stage, { name, workload, evidence }: { name: string; workload: Workload; evidence: Evidence | null }): Promise<void> {
  const place = await keepLogs(stage, name);
  await workload.history.write(join(installationRoot(), "test-results", "faults", name, "history.jsonl"));
  if (evidence !== null && !isClean(check(evidence))) process.stdout.write(`  kept: ${place}\n`);
}
