// Starts Xiaoer: looks at the machine, builds what is not built, and runs the server in this process.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Not import.meta.dirname: an older Node.js, which is refused below, does not know it.
const root = fileURLToPath(new URL("..", import.meta.url));

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) refuse(`Node.js is ${process.version}; expected 20.19 or newer`);
if (!existsSync(join(root, "node_modules", "next"))) refuse("the packages are not installed; run: npm install");

process.env.NODE_ENV = "production";
if (existsSync(join(root, ".env"))) process.loadEnvFile(join(root, ".env"));

await build("client", "server");
await checkSettings();
await build("pages");
await import("../dist/index.js");

/** In a process of its own, which takes its memory with it; it ends when we do. */
async function build(...steps) {
  const { isBuilt } = await import("./lib/build-steps.mjs");
  if (isBuilt(steps)) return;
  const child = spawn(process.execPath, [join(root, "scripts", "build.mjs"), "--tied", ...steps], { stdio: ["pipe", "inherit", "inherit"] });
  const pass = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, pass);
  const code = await new Promise((done) => {
    child.once("error", () => done(1));
    child.once("exit", (status) => done(status ?? 1));
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(signal, pass);
  if (code !== 0) process.exit(code);
}

/** A wrong setting is told before the longer steps, not after them. */
async function checkSettings() {
  const { config, ConfigError } = await import("../dist/config.js");
  try {
    config();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    refuse(error.message);
  }
}

function refuse(line) {
  process.stderr.write(`xiaoer: ${line}\n`);
  process.exit(1);
}
