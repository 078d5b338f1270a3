// What has to be built before Xiaoer runs, each only when what it is made from has changed.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fingerprint, isCurrent, setCurrent, setStale } from "./fingerprint.mjs";

const root = resolve(import.meta.dirname, "../..");
const packages = ["package.json", "package-lock.json"];

/** A step failed. The message is one line; `output` is what the tool said; `interrupted`: somebody ended it. */
export class BuildError extends Error {
  constructor(message, { output = "", interrupted = false } = {}) {
    super(message);
    this.output = output;
    this.interrupted = interrupted;
  }
}

/** The database client, from the schema. */
const client = {
  name: "database client",
  inputs: [...packages, "prisma.config.ts", "prisma/schema.prisma"],
  outputs: ["prisma/generated/client.ts"],
  make: () => runTool("prisma/build/index.js", ["generate"]),
};

/** The server and, for a look at the settings before the longer steps, the settings alone. */
const server = {
  name: "server",
  inputs: [...packages, "prisma/schema.prisma", "protocol", "messages", "server"],
  outputs: ["dist/index.js", "dist/config.js"],
  make: bundleServer,
};

/** The pages. They load modules of the server too. */
const pages = {
  name: "pages",
  inputs: [...server.inputs, "app", "components", "public", "widget", "next.config.js", "postcss.config.mjs", "tsconfig.json"],
  outputs: [".next/BUILD_ID"],
  make: buildPages,
};

const steps = { client, server, pages };

/** Builds the named steps (`client`, `server`, `pages`) that are not current, with one line of progress for each. */
export async function build(names) {
  for (const name of names) await ensure(steps[name]);
}

/** Answers whether nothing has to be built for the named steps. */
export function isBuilt(names) {
  return names.every((name) => isMade(steps[name], fingerprint(steps[name].inputs)));
}

function isMade({ name, outputs }, print) {
  return isCurrent(stampOf(name), print) && outputs.every((output) => existsSync(join(root, output)));
}

function stampOf(name) {
  return name.replaceAll(" ", "-");
}

async function ensure(step) {
  const { name, inputs, make } = step;
  const stamp = stampOf(name);
  const print = fingerprint(inputs);
  if (isMade(step, print)) return;
  process.stdout.write(`Building the ${name} … `);
  const begun = performance.now();
  try {
    setStale(stamp);
    await make();
    setCurrent(stamp, print);
  } catch (error) {
    process.stdout.write("failed\n");
    if (error instanceof BuildError) throw new BuildError(`the ${name} could not be built: ${error.message}`, error);
    throw error;
  }
  process.stdout.write(`${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
}

function buildPages() {
  // Left out by an install with NODE_ENV=production; Next would then try to install it by itself.
  if (!existsSync(join(root, "node_modules/typescript"))) throw new BuildError("some packages are not installed; run: npm install --include=dev");
  return runTool("next/dist/bin/next", ["build"]);
}

async function bundleServer() {
  const { build: bundle, stop } = await import("esbuild");
  try {
    await bundle({
      absWorkingDir: root,
      entryPoints: ["server/index.ts", "server/config.ts"],
      outdir: "dist",
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20.19",
      packages: "external",
      sourcemap: true,
      logLevel: "silent",
    });
  } catch (error) {
    throw new BuildError(error.errors?.[0]?.text ?? error.message, { output: error.message });
  } finally {
    await stop();
  }
}

function runTool(path, args) {
  return new Promise((done, fail) => {
    const output = [];
    const child = spawn(process.execPath, [join(root, "node_modules", path), ...args], {
      cwd: root,
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let interrupted = false;
    const end = () => {
      interrupted = true;
      child.kill("SIGTERM");
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.once(signal, end);
    child.stdout.on("data", (chunk) => output.push(chunk));
    child.stderr.on("data", (chunk) => output.push(chunk));
    child.once("error", fail);
    child.once("close", (code, signal) => {
      for (const name of signals) process.off(name, end);
      if (code === 0) done();
      else fail(new BuildError(`it ended with ${code ?? signal}`, { output: Buffer.concat(output).toString(), interrupted: interrupted || signal !== null }));
    });
  });
}
