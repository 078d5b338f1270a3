// The embedded PostgreSQL runs in a session of its own, so ending a process group leaves it running.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const limitMs = 10_000;

/** Stops each PostgreSQL whose data lies under `folder`. */
export async function endLeftDatabases(folder) {
  const pids = find(folder).map((file) => Number(readFileSync(file, "utf8").split("\n")[0])).filter((pid) => pid > 1);
  await Promise.all(pids.map(stop));
}

function find(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter(({ name }) => name === "postmaster.pid").map((entry) => join(entry.parentPath, entry.name));
}

/** SIGINT is PostgreSQL's fast stop, SIGQUIT its immediate one. */
async function stop(pid) {
  if (!signal(pid, "SIGINT")) return;
  const limit = Date.now() + limitMs;
  while (signal(pid, 0) && Date.now() < limit) {
    await new Promise((done) => {
      setTimeout(done, 100);
    });
  }
  signal(pid, "SIGQUIT");
}

function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
