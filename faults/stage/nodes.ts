import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { installationRoot } from "#server/installation.ts";

import { type Program, startProgram, until } from "./processes.ts";

/** One node of the product, a process that may be hurt and is started again at the same port. */
export type StageNode = {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  readonly running: boolean;
  /** How often it ended although nobody of us had ended it. */
  readonly surprises: number;
  readonly logFile: string;
  readonly command: NodeCommand;
  /** Changes how it is started from the next start on. */
  arrange(command: NodeCommand): void;
  /** Waits for an end that it brings about itself, as asked; answers whether it came within the limit. */
  untilEnded(limitMs: number): Promise<boolean>;
  /** Starts it if it does not run, and waits until it is ready; answers the milliseconds. */
  start(): Promise<number>;
  isReady(): Promise<boolean>;
  kill(): Promise<void>;
  /** SIGTERM; answers after how many milliseconds it had ended. */
  terminate(): Promise<number>;
  signal(name: NodeJS.Signals): void;
  /** A number of its metrics, all labels summed. */
  metric(name: string): Promise<number>;
};

/** What Node runs. `entry` is relative to the installation. */
export type NodeCommand = {
  readonly entry?: readonly string[];
  readonly nodeOptions?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

/** How a supervisor would start the product again. */
const product = ["scripts/start.mjs"] as const;

/** Makes a node of the stage; it does not run yet. */
export function makeNode(folder: string, { name, port }: { name: string; port: number }): StageNode {
  const url = `http://127.0.0.1:${String(port)}`;
  const logFile = join(folder, `${name}.log`);
  let command: NodeCommand = { env: {} };
  let program: Program | null = null;
  let surprises = 0;
  let expected = true;

  function launch(): void {
    const { PATH = "", HOME = "", TMPDIR = "/tmp" } = process.env;
    expected = false;
    const started = startProgram(process.execPath, [...command.nodeOptions ?? [], ...command.entry ?? product], {
      cwd: installationRoot(), logFile,
      env: { PATH, HOME, TMPDIR, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production", LOG_LEVEL: "warn", PORT: String(port), ...command.env },
    });
    program = started;
    void started.ended.then(() => {
      if (program === started && !expected) surprises += 1;
    });
  }

  const isReady = (): Promise<boolean> => fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(({ ok }) => ok, () => false);

  return {
    name, port, url, logFile, isReady,
    get pid() {
      return program?.pid ?? 0;
    },
    get running() {
      return program?.running === true;
    },
    get surprises() {
      return surprises;
    },
    get command() {
      return command;
    },
    async untilEnded(limitMs) {
      expected = true;
      return until(`${name} has ended`, () => program?.running !== true, limitMs).then(() => true, () => false);
    },
    arrange(next) {
      command = next;
    },
    async start() {
      if (program?.running !== true) launch();
      try {
        return await until(`${name} is ready`, async () => {
          if (program?.running !== true) throw new Error(`${name} ended before it was ready:\n${(await readFile(logFile, "utf8")).slice(-2_000)}`);
          return isReady();
        }, 120_000);
      } catch (error) {
        expected = true;
        throw error;
      }
    },
    async kill() {
      expected = true;
      program?.signal("SIGKILL");
      await program?.ended;
    },
    async terminate() {
      expected = true;
      const begun = performance.now();
      await program?.end("SIGTERM", 35_000);
      return Math.round(performance.now() - begun);
    },
    signal: (signal) => program?.signal(signal),
    async metric(metric) {
      const text = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) }).then((response) => response.text());
      const lines = text.split("\n").filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
    },
  };
}
