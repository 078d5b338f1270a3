// The one command that tests everything: it brings what it needs, runs each stage, and counts.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { endLeftDatabases } from "./lib/left-databases.mjs";
import { endAll, run } from "./lib/processes.mjs";
import { bringRequirements } from "./lib/requirements.mjs";

const root = resolve(import.meta.dirname, "..");
const deadline = Date.now() + 19.5 * 60_000;

// Everything that a stage leaves lies here. A short path, for sockets have few characters; open to other users,
// because PostgreSQL runs as one of them when we are root.
const scratch = mkdtempSync(join(tmpdir(), "xiaoer-"));
chmodSync(scratch, 0o1777);

const env = {
  ...process.env,
  TMPDIR: scratch,
  NEXT_TELEMETRY_DISABLED: "1",
  CHECKPOINT_DISABLE: "1",
  PLAYWRIGHT_JSON_OUTPUT_FILE: join(scratch, "playwright.json"),
};

const node = (...args) => [process.execPath, ...args];
const tool = (path, ...args) => node(join(root, "node_modules", path), ...args);

/** Each stage runs its commands one after the other. Without `count` it counts as one check; `built`: needs the build. */
const stages = [
  // Rules and checks that know types need those of the database client and of the routes.
  { name: "lint", commands: [node("scripts/build.mjs", "client"), tool("oxlint/bin/oxlint", "--type-aware", "--deny-warnings")] },
  { name: "typecheck", commands: [tool("next/dist/bin/next", "typegen"), tool("typescript/bin/tsc", "--noEmit")] },
  { name: "build", commands: [node("scripts/build.mjs")] },
  {
    name: "vitest", count: countVitest,
    commands: [tool("vitest/vitest.mjs", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${join(scratch, "vitest.json")}`)],
  },
  { name: "playwright", built: true, count: countPlaywright, commands: [tool("@playwright/test/cli.js", "test", "--reporter=list,json")] },
  ...["faults", "bench"].filter((folder) => existsSync(join(root, folder, "short.ts"))).map((folder) => (
    { name: folder, built: true, count: countLastLine, commands: [node("scripts/run.mjs", `${folder}/short.ts`)] }
  )),
];

function countVitest() {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(join(scratch, "vitest.json"), "utf8"));
  return { passed: numPassedTests, failed: numFailedTests };
}

function countPlaywright() {
  const { stats } = JSON.parse(readFileSync(join(scratch, "playwright.json"), "utf8"));
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, note: stats.flaky > 0 ? ` (${stats.flaky} only at the second try)` : "" };
}

/** Our own measurements end with the line `N passed, N failed`. */
function countLastLine(lines) {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/u.exec(lines.at(-1) ?? "") ?? [];
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 0) };
}

async function runStage({ name, commands, count }) {
  console.log(`\n=== ${name}`);
  const began = Date.now();
  const { ok, lines, late } = await runCommands(commands);
  const { passed, failed, note: remark = "" } = count === undefined ? { passed: ok ? 1 : 0, failed: 0 } : counted(() => count(lines));
  // A stage that ended badly, or in which nothing ran, has failed whatever it counted.
  const bad = !ok || passed + failed === 0;
  const note = late ? " (ended: the time for all tests is over)" : remark;
  return { name, seconds: (Date.now() - began) / 1_000, passed, failed: bad ? Math.max(failed, 1) : failed, note };
}

async function runCommands(commands) {
  let last = { code: 0, lines: [], late: false };
  for (const [command, ...args] of commands) {
    last = await run(command, args, { env, cwd: root, limitMs: Math.max(1_000, deadline - Date.now()) });
    if (last.code !== 0) break;
  }
  return { ...last, ok: last.code === 0 };
}

function counted(read) {
  try {
    return read();
  } catch {
    return { passed: 0, failed: 0 };
  }
}

async function cleanUp() {
  await endAll();
  await endLeftDatabases(scratch);
  rmSync(scratch, { recursive: true, force: true });
}

let interrupted = false;
for (const [name, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) {
  process.once(name, () => {
    interrupted = true;
    void cleanUp().finally(() => process.exit(code));
  });
}

const missing = bringRequirements();
for (const line of missing) console.error(line);

const results = [];
const isBuilt = () => results.some(({ name, failed }) => name === "build" && failed === 0);
for (const stage of missing.length === 0 ? stages : []) {
  if (interrupted) break;
  const possible = !stage.built || isBuilt();
  results.push(possible ? await runStage(stage) : { name: stage.name, seconds: 0, passed: 0, failed: 1, note: " (not run: there is no build)" });
}
if (!interrupted) {
  await cleanUp();
  report();
}

function report() {
  console.log("\n=== summary");
  for (const { name, passed, failed, seconds, note } of results) {
    console.log(`${name.padEnd(12)}${String(passed).padStart(6)} passed${String(failed).padStart(6)} failed${seconds.toFixed(1).padStart(8)} s${note}`);
  }
  const sum = (what) => results.reduce((total, result) => total + result[what], 0);
  console.log(`${sum("passed")} passed, ${sum("failed") + missing.length} failed`);
  process.exitCode = sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
}
