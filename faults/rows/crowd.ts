import { setTimeout as sleep } from "node:timers/promises";

import { cpuSeconds, memoryMb } from "#bench/cpu.ts";
import { quantiles } from "#faults/delays.ts";
import { atLeast, atMost, type Check, type Findings, none } from "#faults/findings.ts";
import { readPresence, untilGone } from "#faults/presence.ts";
import type { Row } from "#faults/row.ts";
import type { Setting } from "#faults/scene.ts";
import { readHeld } from "#faults/stage/inspector.ts";
import { makeGuests, signInAdmin } from "#faults/stage/people.ts";
import { stablePort } from "#faults/stage/ports.ts";
import { dialRaw, type RawSocket } from "#faults/workload/raw-socket.ts";
import type { Grant } from "#protocol/http.ts";

/** So many clients come and go without end. */
export const flapping: Row = {
  id: "F31",
  title: "200 clients connect and leave every half second",
  amounts: { short: "20 s", medium: "1 min", long: "10 min" },
  promises: "P11",
  run: flap,
};

async function flap({ stage, length }: Setting): Promise<Findings> {
  await stage.heal();
  const [node] = stage.nodes;
  if (node === undefined) throw new Error("there is no node");
  const { command } = node;
  const inspector = await stablePort();
  await node.kill();
  node.arrange({ ...command, nodeOptions: [`--inspect-port=127.0.0.1:${String(inspector)}`] });
  await node.start();
  try {
    const guests = await makeGuests(stage, 200);
    const { token } = await signInAdmin(stage);
    const userIds = guests.map(({ user }) => user.id);
    // What is made once (caches, compiled code) is there after the first round.
    await comeAndGo(node.url, guests, 15_000);
    await untilGone(stage, { userIds, token, limitMs: 30_000 });
    const before = await readHeld(node.pid, inspector);
    let absent = 0;
    const flapped = comeAndGo(node.url, guests, length === "long" ? 600_000 : length === "medium" ? 60_000 : 20_000);
    await sleep(5_000);
    for (let n = 0; n < (length === "long" ? 50 : length === "medium" ? 20 : 5); n += 1) {
      const here = new Set((await readPresence(node.url, token)).map(({ userId }) => userId));
      absent = Math.max(absent, userIds.filter((id) => !here.has(id)).length);
      await sleep(2_000);
    }
    const connects = await flapped;
    const { ms, ghosts } = await untilGone(stage, { userIds, token, limitMs: 45_000 });
    await sleep(3_000);
    const after = await readHeld(node.pid, inspector);
    return {
      verdict: null,
      checks: [
        atMost(`heap in the end, MB (before: ${before.heapMb.toFixed(1)})`, after.heapMb, Math.round(before.heapMb * 105) / 100),
        atMost(`open handles and timers (before: ${String(before.resources)})`, after.resources, before.resources + 5),
        atMost("people whom presence lost for a moment", absent, 0),
        none("ghosts after 45 s", ghosts.who),
        atMost("nodes that ended by themselves", node.surprises, 0),
      ],
      figures: { connects, "last ghost gone after": `${String(ms)} ms` },
    };
  } finally {
    await node.kill();
    node.arrange(command);
    await node.start();
  }
}

async function comeAndGo(url: string, guests: readonly Grant[], forMs: number): Promise<number> {
  const end = performance.now() + forMs;
  let connects = 0;
  await Promise.all(guests.map(async ({ token }) => {
    await sleep(Math.random() * 1_000);
    while (performance.now() < end) {
      const raw = await dialRaw(url, { token }).catch(() => null);
      if (raw !== null) connects += 1;
      await sleep(500);
      raw?.socket.close();
      await sleep(500);
    }
  }));
  return connects;
}

/** A node dies with everybody on it; all come to the others, at once or spread. */
export const storm: Row = {
  id: "F32",
  title: "clients reconnect when a node is killed, at once and spread over 5 s",
  amounts: { short: "1,500 clients", medium: "10,000 clients", long: "10,000 clients" },
  promises: "P13",
  run: rush,
};

async function rush({ stage, length, say }: Setting): Promise<Findings> {
  await stage.heal();
  const count = length === "long" || length === "medium" ? 10_000 : 1_500;
  const [guest] = await makeGuests(stage, 1);
  const guests = await makeGuests(stage, 50);
  const tokens = [guest, ...guests].flatMap((grant) => grant?.token ?? []);
  const checks: Check[] = [];
  const figures: Record<string, string> = {};
  for (const spreadMs of [0, 5_000]) {
    const [node] = stage.nodes;
    if (node === undefined) break;
    const clients = Array.from({ length: count }, (_, n) => ({ token: tokens[n % tokens.length] ?? "", localAddress: `127.0.${String(100 + (n % 50))}.${String(1 + (n % 200))}` }));
    const sockets = await fillNode(node.url, clients);
    say(`${String(sockets.length)} connected to ${node.name}, ${String(memoryMb(node.pid))} MB`);
    const cpuBefore = stage.nodes.slice(1).reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
    const begun = performance.now();
    await node.kill();
    const back: number[] = [];
    const gaveUp: string[] = [];
    const again: RawSocket[] = [];
    await Promise.all(clients.map(async (client) => {
      await sleep(Math.random() * spreadMs);
      const raw = await comeBack(stage.nginx.url, client, begun + 60_000);
      if (raw === null) return void gaveUp.push(client.localAddress);
      again.push(raw);
      back.push(performance.now() - begun);
    }));
    const cpu = stage.nodes.slice(1).reduce((sum, { pid }) => sum + cpuSeconds(pid), 0) - cpuBefore;
    const { p50, p99, max } = quantiles(back);
    figures[`spread ${String(spreadMs / 1_000)} s`] = `back p50/p99/max ${String(p50)} / ${String(p99)} / ${String(max)} ms, ${((cpu / count) * 1_000).toFixed(2)} ms CPU each`;
    checks.push(atLeast(`spread ${String(spreadMs / 1_000)} s: back`, back.length, count), atMost(`spread ${String(spreadMs / 1_000)} s: slowest ms`, max, 30_000));
    for (const { socket } of [...sockets, ...again]) socket.terminate();
    await node.start();
    await sleep(2_000);
  }
  return { verdict: null, checks, figures };
}

type Client = { readonly token: string; readonly localAddress: string };

async function fillNode(url: string, clients: readonly Client[]): Promise<RawSocket[]> {
  const sockets: RawSocket[] = [];
  for (let n = 0; n < clients.length; n += 100) {
    sockets.push(...await Promise.all(clients.slice(n, n + 100).map((client) => dialRaw(url, client))));
  }
  return sockets;
}

/* Tries again as a client does: after a second, two, four, each spread by half. */
async function comeBack(url: string, client: Client, deadline: number): Promise<RawSocket | null> {
  for (let attempt = 0; performance.now() < deadline; attempt += 1) {
    const raw = await dialRaw(url, client).catch(() => null);
    if (raw !== null) return raw;
    await sleep(Math.min(30_000, 1_000 * 2 ** attempt) * (0.5 + Math.random()));
  }
  return null;
}
