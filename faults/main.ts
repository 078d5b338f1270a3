import { writeReport } from "./report.ts";
import { rows } from "./rows.ts";
import { finish, runRows } from "./run.ts";

/*
 * npm run faults: breaks things on purpose, checks what was promised, and writes docs/faults.md. `-- F7 F8` runs these
 * rows alone and writes nothing; `--short` runs the short forms, `--medium` the short ones
 * with more kills, reconnects and messages; both say so in the table. `--limit=1200` begins no row after so many seconds,
 * `--write` writes the table also of a part. The last line is `N passed, N failed`.
 */
const wanted = process.argv.slice(2).filter((word) => /^F\d/u.test(word));
const length = (["brief", "short", "medium"] as const).find((word) => process.argv.includes(`--${word}`)) ?? "long";
const chosen = wanted.length === 0 ? rows : rows.filter(({ id }) => wanted.includes(id));

const limitS = Number(process.argv.find((word) => word.startsWith("--limit="))?.slice("--limit=".length) ?? Infinity);

const begun = new Date();
const results = await runRows({ rows: chosen, length, limitS });
if (wanted.length === 0 || process.argv.includes("--write")) await writeReport(results, length, begun);
finish(results);
