import { readdirSync, readFileSync } from "node:fs";

/** Seconds of CPU that a process has used so far, in the kernel and outside; 0 once it is gone. Linux. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold spaces; utime and stime are fields 14 and 15, in ticks of 10 ms.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** The processes of the PostgreSQL that works on this data folder, postmaster included. */
export function postgresPids(dataDir: string): number[] {
  const parents = new Map<number, number>();
  let postmaster = 0;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      parents.set(pid, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (/\/postgres\0/.test(command) && command.includes(dataDir)) postmaster = pid;
    } catch {
      continue;
    }
  }
  return [...parents].filter(([pid, parent]) => pid === postmaster || parent === postmaster).map(([pid]) => pid);
}

/** What each process has used so far. */
export function cpuOfEach(pids: readonly number[]): ReadonlyMap<number, number> {
  return new Map(pids.map((pid) => [pid, cpuSeconds(pid)]));
}

/** Seconds that these processes have used since. What one that ended meanwhile had used is not counted. */
export function cpuSince(before: ReadonlyMap<number, number>, pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + Math.max(0, cpuSeconds(pid) - (before.get(pid) ?? 0)), 0);
}

/** Resident memory in MB. */
export function memoryMb(pid: number): number {
  const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
}
