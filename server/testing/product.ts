import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "#server/database/postmaster.ts";
import { installationRoot } from "#server/installation.ts";

/** The product as a person runs it: a process of its own, started by the command of the README. */
export type Product = {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The end of what it printed. */
  output(): string;
  /** Sends the signal and waits for the end; SIGKILL follows after 30 s. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
};

export type ProductOptions = {
  readonly dataDir: string;
  /** A free one if left out; give it again to start the same product anew. */
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** For Node itself, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
};

const startLimitMs = 240_000;
const endLimitMs = 30_000;

/** Makes a folder for data that PostgreSQL's own user can reach too; `remove` takes it away. */
export async function makeDataFolder(name: string): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `xiaoer-${name}-`));
  await chmod(folder, 0o755);
  return { path: join(folder, "data"), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Starts the product and waits until it is ready. Throws with what it printed when it is not. */
export async function startProduct({ dataDir, port = 0, env = {}, nodeOptions = [] }: ProductOptions): Promise<Product> {
  const chosen = port === 0 ? await freePort() : port;
  const { PATH = "", HOME = "", TMPDIR = tmpdir() } = process.env;
  const child = spawn(process.execPath, [...nodeOptions, ...startWords()], {
    cwd: installationRoot(),
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH, HOME, TMPDIR,
      NEXT_TELEMETRY_DISABLED: "1",
      NODE_ENV: "production",
      PORT: String(chosen),
      DATA_DIR: dataDir,
      RATE_LIMIT_EXEMPT: "127.0.0.0/8,::1/128",
      LOG_LEVEL: "warn",
      ...env,
    },
  });
  let printed = "";
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-20_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const product: Product = {
    url: `http://127.0.0.1:${String(chosen)}`,
    port: chosen,
    pid: child.pid ?? 0,
    output: () => printed,
    end: (signal) => endProcess(child, signal),
  };
  try {
    await untilReady(product, child);
  } catch (error) {
    await product.end("SIGTERM");
    throw error;
  }
  return product;
}

/* What `npm start` gives to Node.js: its flags and the script. */
function startWords(): string[] {
  const { scripts }: { scripts: { start: string } } = JSON.parse(readFileSync(join(installationRoot(), "package.json"), "utf8"));
  return scripts.start.replace(/^exec node /u, "").split(" ");
}

async function untilReady(product: Product, child: ChildProcess): Promise<void> {
  const limit = Date.now() + startLimitMs;
  while (Date.now() < limit) {
    if (hasEnded(child)) throw new Error(`The product ended before it was ready:\n${product.output()}`);
    const ready = await fetch(`${product.url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(({ ok }) => ok, () => false);
    if (ready) return;
    await new Promise((done) => {
      setTimeout(done, 50);
    });
  }
  throw new Error(`The product was not ready within ${String(startLimitMs / 1_000)} s:\n${product.output()}`);
}

async function endProcess(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const limit = setTimeout(() => child.kill("SIGKILL"), endLimitMs);
  await ended;
  clearTimeout(limit);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
