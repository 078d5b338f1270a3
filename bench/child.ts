import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface, type Interface } from "node:readline";

/** Runs a program of this folder in a process of its own; what it complains of is printed. */
export function startChild(file: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", resolve(file), ...args], { stdio: ["pipe", "pipe", "inherit"] });
}

/** The lines that it prints. */
export function linesOf(child: ChildProcess): Interface {
  if (child.stdout === null) throw new Error("the process has no output");
  return createInterface({ input: child.stdout });
}
