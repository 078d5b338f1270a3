import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A program of the stage, in a process group of its own. */
export type Program = {
  readonly pid: number;
  readonly running: boolean;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
  /** To its whole group. Harmless when it is gone. */
  signal(name: NodeJS.Signals): void;
  /** SIGTERM or what is given, then SIGKILL after the limit. */
  end(name?: NodeJS.Signals, limitMs?: number): Promise<void>;
};

export type ProgramOptions = Pick<SpawnOptions, "env" | "cwd" | "uid" | "gid"> & {
  /** Where what it prints is added. */
  readonly logFile: string;
};

const groups = new Set<number>();

/* Whatever way we end, nobody is left behind. */
process.on("exit", () => {
  for (const pid of groups) signalGroup(pid, "SIGKILL");
});

/** Starts a program; `endPrograms` and the end of this process end it. */
export function startProgram(file: string, args: readonly string[], { logFile, ...options }: ProgramOptions): Program {
  const child = spawn(file, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const log = createWriteStream(logFile, { flags: "a" });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const pid = child.pid ?? 0;
  if (pid > 0) groups.add(pid);
  const ended = untilEnded(child).then(() => {
    groups.delete(pid);
    // Its children may outlive it and go on writing to nobody.
    for (const stream of [child.stdout, child.stderr]) stream?.unpipe(log).resume();
    log.end();
  });
  const running = (): boolean => child.exitCode === null && child.signalCode === null && pid > 0;
  return {
    pid,
    get running() {
      return running();
    },
    ended,
    signal: (name) => void (running() && signalGroup(pid, name)),
    async end(name = "SIGTERM", limitMs = 30_000) {
      if (!running()) return;
      // A stopped program could not hear it.
      signalGroup(pid, "SIGCONT");
      signalGroup(pid, name);
      const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), limitMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Ends whatever still runs, at once. */
export function killPrograms(): void {
  for (const pid of groups) signalGroup(pid, "SIGKILL");
}

/** Waits until something holds; throws with its name when it does not within the limit. */
export async function until(name: string, holds: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<number> {
  const begun = performance.now();
  while (!(await holds())) {
    if (performance.now() - begun > limitMs) throw new Error(`${name}: not within ${String(limitMs / 1_000)} s`);
    await sleep(25);
  }
  return Math.round(performance.now() - begun);
}

/** Sends a signal to one process; answers whether it was there. */
export function signalProcess(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  signalProcess(-pid, name);
}

async function untilEnded(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) {
    await once(child, "error");
    return;
  }
  await once(child, "exit");
}
