import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { check, of, type Screen, type Unsent } from "#faults/checker.ts";
import { atMost, type Check, type Findings, none } from "#faults/findings.ts";
import type { Entry } from "#faults/history.ts";
import type { Row } from "#faults/row.ts";
import type { Setting } from "#faults/scene.ts";
import { makeGuests } from "#faults/stage/people.ts";
import { namespaceHost } from "#faults/stage/stage.ts";
import { readStored } from "#faults/stored.ts";
import { installationRoot } from "#server/installation.ts";

type Told = { entries: Entry[]; screens: Screen[]; unsent: Unsent[] };

const name = "xiaoer-fault";
const people = 10;

/** Clients in a network of their own, whose cable is pulled. Needs root. */
export const cablePulled: Row = {
  id: "F21",
  title: "the cable between clients and nginx is pulled (network namespace)",
  amounts: { short: "5 and 15 s", medium: "5 and 30 s", long: "5, 30 and 120 s" },
  promises: "P1 P2 P3 P9 P10",
  run: pullCable,
};

async function pullCable({ stage, short, length }: Setting): Promise<Findings> {
  await stage.heal();
  const guests = await makeGuests(stage, people);
  layCable();
  const client = spawn("ip", ["netns", "exec", name, process.execPath, "scripts/run.mjs", "faults/netns-people.ts"], { cwd: installationRoot(), stdio: ["pipe", "pipe", "inherit"] });
  try {
    const lines = createInterface(client.stdout)[Symbol.asyncIterator]();
    client.stdin.write(`${JSON.stringify({ url: `http://${namespaceHost}:${String(stage.nginx.port)}`, grants: guests })}\n`);
    while ((await lines.next()).value !== "begun") if (client.exitCode !== null) throw new Error("the clients ended");
    await sleep(5_000);
    const cuts: { seconds: number; from: number; to: number }[] = [];
    for (const seconds of length === "long" ? [5, 30, 120] : length === "medium" ? [5, 30] : [5, 15]) {
      const from = Date.now();
      cable("down");
      await sleep(seconds * 1_000);
      cable("up");
      cuts.push({ seconds, from, to: Date.now() });
      await sleep(10_000);
    }
    await sleep(short ? 5_000 : 25_000);
    client.stdin.write("stop\n");
    const told: Told = JSON.parse(String((await lines.next()).value));
    const stored = await readStored(stage.postgres, guests.map(({ user }) => user.id));
    return {
      verdict: check({ ...told, ...stored }),
      checks: cuts.flatMap((cut) => checkCut(told.entries, cut)),
      figures: { sent: of(told.entries, "invoke").length, stored: stored.rows.length },
    };
  } finally {
    client.kill("SIGKILL");
    removeCable();
  }
}

function checkCut(entries: readonly Entry[], { seconds, from, to }: { seconds: number; from: number; to: number }): Check[] {
  if (seconds < 12) return [];
  const downs = new Map(of(entries, "down").filter(({ at }) => at >= from && at <= to).map(({ who, at }) => [who, at]));
  const ups = of(entries, "up").filter(({ at }) => at >= to).map(({ at }) => at - to);
  const unnoticed = Array.from({ length: people }, (_, n) => `n${n}`).filter((who) => !downs.has(who));
  const firstSend = (who: string): number => of(entries, "invoke").find((entry) => entry.who === who && entry.at >= from)?.at ?? NaN;
  return [
    none(`${String(seconds)} s: people who did not notice`, unnoticed),
    atMost(`${String(seconds)} s: noticed after the first message, slowest ms`, Math.max(...[...downs].map(([who, at]) => at - firstSend(who))), 10_000),
    atMost(`${String(seconds)} s: back after the cable is in again, slowest ms`, Math.max(...ups), 32_000),
  ];
}

function layCable(): void {
  removeCable();
  ip("netns", "add", name);
  ip("link", "add", "xiaoer-out", "type", "veth", "peer", "name", "xiaoer-in", "netns", name);
  ip("addr", "add", `${namespaceHost}/30`, "dev", "xiaoer-out");
  ip("link", "set", "xiaoer-out", "up");
  ip("-n", name, "addr", "add", namespaceHost.replace(/1$/u, "2/30"), "dev", "xiaoer-in");
  for (const device of ["lo", "xiaoer-in"]) ip("-n", name, "link", "set", device, "up");
}

function cable(state: "up" | "down"): void {
  ip("link", "set", "xiaoer-out", state);
}

function removeCable(): void {
  spawnSync("ip", ["link", "delete", "xiaoer-out"]);
  spawnSync("ip", ["netns", "delete", name]);
}

function ip(...args: string[]): void {
  const { status, stderr } = spawnSync("ip", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${stderr}`);
}
