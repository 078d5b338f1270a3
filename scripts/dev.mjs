// Runs the server from its sources, and anew after each change; Next builds each page when it is asked for.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "./lib/build-steps.mjs";

const root = resolve(import.meta.dirname, "..");
if (existsSync(join(root, ".env"))) process.loadEnvFile(join(root, ".env"));
await build(["client"]);

const child = spawn(process.execPath, [join(root, "node_modules/tsx/dist/cli.mjs"), "watch", "--clear-screen=false", "server/index.ts"], {
  cwd: root,
  env: { ...process.env, NODE_ENV: "development" },
  stdio: "inherit",
});
// The terminal gives Ctrl-C to both; tsx ends the server and then itself.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.once("exit", (code) => process.exit(code ?? 1));
