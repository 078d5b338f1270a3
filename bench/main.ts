import { writeFileSync } from "node:fs";

import { closedLoop } from "./closed-loop-measure.ts";
import { connections } from "./connections.ts";
import { gateways } from "./gateways.ts";
import { history } from "./history.ts";
import { openLoop } from "./open-loop.ts";
import { type Measure, renderTable, type Table } from "./table.ts";

/*
 * npm run bench: every measurement beside its reference, written to docs/bench.md. `-- closed history` runs those alone
 * and writes nothing; `--short` runs the brief forms. The last line is `N passed, N failed`.
 */
const all: readonly Measure[] = [closedLoop, openLoop, connections, history, gateways];
const names = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const length = process.argv.includes("--short") ? "short" : "long";
const chosen = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));

const tables: Table[] = [];
for (const { run } of chosen) {
  const table = await run(length);
  tables.push(table);
  process.stdout.write(`${renderTable(table)}\n`);
}
if (names.length === 0 && length === "long") writeFileSync("docs/bench.md", `${preface()}${tables.map(renderTable).join("\n")}`);
const passed = tables.filter((table) => table.passed).length;
process.stdout.write(`${String(passed)} passed, ${String(tables.length - passed)} failed\n`);
process.exit(passed === tables.length && tables.length > 0 ? 0 : 1);

function preface(): string {
  return [
    "# Measured",
    "",
    "Written by `npm run bench` on 2 cores that the load generator, the server and its database share. Each product's row",
    "stands beside a reference from the same run: a bare Socket.IO relay that stores nothing and checks nobody, or the SQL alone.",
    "", "",
  ].join("\n");
}
