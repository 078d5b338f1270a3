// Programs that are ended together with everything that they started.
import { spawn } from "node:child_process";

/** The process groups that run now. */
const groups = new Set();
const graceMs = 15_000;

/**
 * Runs a program in a process group of its own, showing its output as it comes. Answers its exit code (null: ended by
 * a signal), the last lines that it wrote, and whether it was ended because `limitMs` had passed.
 */
export async function run(command, args, { env = process.env, cwd, limitMs }) {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  groups.add(child.pid);
  let tail = "";
  child.stdout.on("data", (chunk) => {
    process.stdout.write(chunk);
    tail = (tail + chunk).slice(-4_000);
  });
  child.stderr.on("data", (chunk) => process.stderr.write(chunk));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void endGroup(child.pid);
  }, limitMs);
  const code = await new Promise((done) => {
    child.once("error", () => done(null));
    child.once("exit", (status) => done(status));
  });
  clearTimeout(timer);
  await endGroup(child.pid);
  return { code, lines: tail.trimEnd().split("\n"), late };
}

/** Ends every program that still runs. */
export async function endAll() {
  await Promise.all([...groups].map(endGroup));
}

/** Asks the group to end, and ends it when it has not within 15 s. */
async function endGroup(pid) {
  if (pid === undefined) return;
  signal(pid, "SIGTERM");
  const limit = Date.now() + graceMs;
  while (isAlive(pid) && Date.now() < limit) {
    await new Promise((done) => {
      setTimeout(done, 100);
    });
  }
  signal(pid, "SIGKILL");
  groups.delete(pid);
}

function isAlive(pid) {
  return signal(pid, 0);
}

function signal(pid, name) {
  try {
    return process.kill(-pid, name);
  } catch {
    return false;
  }
}
