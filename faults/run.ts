import { spawnSync } from "node:child_process";

import { type Findings, hasPassed, withoutSpeed } from "./findings.ts";
import type { Row } from "./row.ts";
import type { Length } from "./scene.ts";
import { killPrograms } from "./stage/processes.ts";
import { keepLogs, openStage, type Stage } from "./stage/stage.ts";

/** What came of a row; a text is the error that kept it from running to its end. */
export type Result = { readonly row: Row; readonly findings: Findings | string; readonly seconds: number };

export type RunOptions = {
  readonly rows: readonly Row[];
  readonly length: Length;
  /** No further row is begun after so many seconds. */
  readonly limitS?: number;
};

/** Runs rows one after the other on one stage and prints what they show; the stage is gone afterwards, also on Ctrl-C. */
export async function runRows({ rows, length, limitS = Infinity }: RunOptions): Promise<Result[]> {
  const begun = performance.now();
  const opening = openStage();
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
    process.once(signal, () => {
      process.stdout.write(`ended by ${signal}\n`);
      killPrograms();
      void opening.then((stage) => stage.close()).finally(() => process.exit(code));
    });
  }
  const stage = await opening;
  const results: Result[] = [];
  try {
    for (const row of rows) {
      if ((performance.now() - begun) / 1_000 > limitS) break;
      results.push(await runRow(stage, row, length));
    }
  } finally {
    await stage.close();
  }
  return results;
}

/** Prints the last line, which counts, and ends the process accordingly. */
export function finish(results: readonly Result[]): never {
  const failed = results.filter((result) => !isGood(result)).length;
  process.stdout.write(`${String(results.length - failed)} passed, ${String(failed)} failed\n`);
  process.exit(failed === 0 && results.length > 0 ? 0 : 1);
}

export function isGood({ findings }: Result): boolean {
  return typeof findings !== "string" && hasPassed(findings);
}

/** The commit that is run, or empty where there is no git. */
export function readCommit(): string {
  const { stdout } = spawnSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" });
  return stdout?.trim() ?? "";
}

async function runRow(stage: Stage, row: Row, length: Length): Promise<Result> {
  const begun = performance.now();
  process.stdout.write(`${row.id} ${row.title}\n`);
  const findings = await attempt(stage, row, length);
  const seconds = Math.round((performance.now() - begun) / 1_000);
  if (typeof findings === "string") process.stdout.write(`  ${findings}\n  FAILED, ${String(seconds)} s\n`);
  else print(findings, seconds);
  return { row, findings, seconds };
}

async function attempt(stage: Stage, { id, arrangement = {}, run }: Row, length: Length): Promise<Findings | string> {
  try {
    await stage.arrange(arrangement);
    const findings = await run({ stage, length, short: length !== "long", say: (line) => void process.stdout.write(`  ${line}\n`) });
    return length === "brief" ? withoutSpeed(findings) : findings;
  } catch (error) {
    await keepLogs(stage, id);
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function print(findings: Findings, seconds: number): void {
  const { verdict, checks, figures } = findings;
  const figure = Object.entries(figures).map(([name, value]) => `${name} ${String(value)}`).join(", ");
  process.stdout.write(`  ${figure}\n`);
  for (const { name, value, limit, ok } of checks) process.stdout.write(`  ${ok ? "ok" : "NOT"} ${name}: ${value} (${limit})\n`);
  for (const [promise, found] of Object.entries(verdict ?? {})) {
    if (found.length > 0) process.stdout.write(`  NOT ${promise}: ${String(found.length)} (${found.slice(0, 3).join("; ")})\n`);
  }
  process.stdout.write(`  ${hasPassed(findings) ? "passed" : "FAILED"}, ${String(seconds)} s\n`);
}
