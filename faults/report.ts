import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";

import { installationRoot } from "#server/installation.ts";

import type { Verdict } from "./checker.ts";
import type { Row } from "./row.ts";
import { isGood, readCommit, type Result } from "./run.ts";
import { type Length, usualLoad } from "./scene.ts";

/** The columns of the first table: what the checker looks for. */
const columns: readonly [keyof Verdict, string][] = [
  ["lost", "lost"], ["duplicates", "twice"], ["phantoms", "never sent"], ["gaps", "gaps"], ["mismatches", "wrong ack"], ["inversions", "order"],
  ["screens", "screens"], ["disorder", "disorder"], ["stale", "stale"], ["lies", "lies"], ["failed", "failed"],
];

/** Writes docs/faults.md from one run. */
export async function writeReport(results: readonly Result[], length: Length, begun: Date): Promise<void> {
  const { customers, agents, twins, rate } = usualLoad(length);
  const passed = results.filter(isGood).length;
  const lines = [
    "# Faults",
    "",
    `What \`npm run faults${length === "long" ? "" : ` -- --${length}`}\` showed, begun ${begun.toISOString().slice(0, 16).replace("T", " ")} and ended ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC, commit ${readCommit().slice(0, 10)}: ${passed} of ${results.length} rows passed.`,
    `${cpus().length} cores (${cpus()[0]?.model.trim() ?? ""}), Linux, Node ${process.versions.node}, ${versionOf("redis-server")}, ${versionOf("nginx", "-v")}, PostgreSQL of the product; everything on one machine, the workload too.`,
    "",
    `PostgreSQL, Redis, nginx with the configuration of deploy/ and three nodes run as processes of their own. ${customers} customers, ${agents} agents and ${twins} second devices, each the very client of the pages, write ${rate} messages a second; a fifth of what they send is sent again under the same id, at the same or another node; they read, mark, send pictures and lose their lines. Everything that they do and see is written down. When the fault is over and all is at rest, the checker compares: what was acknowledged, what is stored, and what each screen shows, also the screen of someone who opens the page only then.`,
    "",
    "## What must be zero",
    "",
    "lost: acknowledged and not stored (P1) · twice: stored twice (P2) · never sent: stored, by nobody · gaps: numbers (P4) · wrong ack: acknowledged with another place or text · order: of one sender (P5) · screens: differ from the database in the end (P3) · disorder: showed something twice, out of order or beside a gap meanwhile (P3) · stale: a read after the acknowledgement lacked it (P6) · lies: said to have failed, and stored · failed: bubbles that failed or never left.",
    "",
    table(["", "fault", "form", ...columns.map(([, name]) => name), "result"], results.map((result) => promiseLine(result, length))),
    "",
    "## What else was measured",
    "",
    "Times are in milliseconds unless said otherwise. Delivery is from the acknowledgement to another screen, for screens that had a line; back is from losing a line to having one again.",
    "",
    ...results.flatMap(measured),
    "## What was not tried",
    "",
    "Loss of power: killing processes does not show it, since what was written to the system survives them. PostgreSQL runs with `fsync`, `full_page_writes` and `synchronous_commit` on. Several machines: all of this is one machine, with partitions made by lines of our own and by network namespaces.",
    "",
  ];
  await writeFile(join(installationRoot(), "docs", "faults.md"), lines.join("\n"));
}

function promiseLine(result: Result, length: Length): string[] {
  const { row, findings } = result;
  const verdict = typeof findings === "string" ? null : findings.verdict;
  const cells = columns.map(([key]) => (verdict === null ? "–" : String(verdict[key].length)));
  return [row.id, row.title, formOf(row, length), ...cells, isGood(result) ? "passed" : "**failed**"];
}

/* What was run of a row, and which form of it that is. */
function formOf({ amounts }: Row, length: Length): string {
  const form = length === "medium" ? (amounts.medium === undefined ? "short" : "medium") : length;
  return form === "brief" ? form : `${form}: ${amounts[form] ?? ""}`;
}

function measured(result: Result): string[] {
  const { row, findings, seconds } = result;
  const head = `### ${row.id}: ${row.title} (${row.promises}; ${seconds} s)`;
  if (typeof findings === "string") return [head, "", `It did not run to its end: ${findings.split("\n")[0] ?? ""}`, ""];
  const figures = Object.entries(findings.figures).map(([name, value]) => `${name} ${String(value)}`).join(" · ");
  const checks = findings.checks.map(({ name, value, limit, ok }) => [name, escape(value), limit, ok ? "" : "**no**"]);
  return [head, "", figures, "", table(["", "measured", "limit", ""], checks), ""];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function escape(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ").slice(0, 300);
}

function versionOf(program: string, flag = "--version"): string {
  const { stdout, stderr } = spawnSync(program, [flag], { encoding: "utf8" });
  return `${program} ${/\d+\.\d+\.\d+/u.exec(`${stdout ?? ""}${stderr ?? ""}`)?.[0] ?? "?"}`;
}
