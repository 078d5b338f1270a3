import { setTimeout as sleep } from "node:timers/promises";

import { comebacks, quantiles } from "#faults/delays.ts";
import { atMost, type Check, holds, none } from "#faults/findings.ts";
import { readPresence } from "#faults/presence.ts";
import type { Row } from "#faults/row.ts";
import { play, type Scene } from "#faults/scene.ts";
import { request } from "#faults/stage/api.ts";
import type { StageNode } from "#faults/stage/nodes.ts";
import { makeGuests, signInAdmin } from "#faults/stage/people.ts";
import type { Person } from "#faults/workload/person.ts";
import { dialRaw } from "#faults/workload/raw-socket.ts";
import type { SessionRow } from "#protocol/http.ts";

import { checkNotices } from "./network.ts";

/** Whoever has not noticed by then never will: P10. */
const noticeS = 26;

/** A node stands still and goes on, as a paused virtual machine does. */
export const nodePaused: Row = {
  id: "F4",
  title: "a node stands still (SIGSTOP)",
  amounts: { short: "5 and 30 s", long: "5, 20 and 60 s" },
  promises: "P2 P3 P10 P11",
  run: (setting) => play(setting, { name: "F4", load: { reconnectMs: null } }, async (scene) => {
    const checks: Check[] = [];
    const [node, other] = scene.stage.nodes;
    if (node === undefined || other === undefined) return [];
    for (const seconds of scene.short ? [5, 30] : [5, 20, 60]) {
      const found = await pause(scene, { node, other, seconds });
      checks.push(...found.map((check) => ({ ...check, name: `${String(seconds)} s: ${check.name}` })));
    }
    return [...checks, holds("the node is ready again", await node.isReady())];
  }),
};

async function pause(scene: Scene, { node, other, seconds }: { node: StageNode; other: StageNode; seconds: number }): Promise<Check[]> {
  const { stage, workload, during } = scene;
  const { token } = await signInAdmin(stage);
  const [leaver] = await makeGuests(stage, 1);
  if (leaver === undefined) return [];
  const { socket } = await dialRaw(node.url, { token: leaver.token });
  socket.on("error", () => undefined);
  const there = await findPeople(workload.people, { url: node.url, token, userId: leaver.user.id });
  const window = await during(async () => {
    node.signal("SIGSTOP");
    socket.terminate();
    await sleep(seconds * 1_000);
  });
  const gone = !(await readPresence(other.url, token)).some(({ userId }) => userId === leaver.user.id);
  node.signal("SIGCONT");
  const shown = await countShown(other.url, { token, userId: leaver.user.id });
  const back = quantiles(comebacks(workload.history.entries, { ...window, to: performance.now() }));
  const waiting = workload.people.filter(({ watched }) => watched.unsent().length > 20).map(({ who }) => who);
  return [
    atMost("clients back, slowest ms", back.max, 30_000),
    none("clients with more than 20 unsent messages 3 s later", waiting),
    ...(seconds < noticeS ? [] : [
      ...checkNotices(scene, there.map(({ who }) => who), window),
      holds("who left it meanwhile was offline for the others", gone),
      atMost("times that the node, going on, showed the others who had left", shown, 0),
    ]),
  ];
}

/* Whose lines end at the node at which this user is. */
async function findPeople(people: readonly Person[], { url, token, userId }: { url: string; token: string; userId: string }): Promise<Person[]> {
  const { items } = await request<{ items: SessionRow[] }>(url, "sessions?limit=100", { method: "GET", token });
  const at = items.find(({ user }) => user.id === userId)?.node;
  const sessions = new Set(items.filter((row) => row.node === at).map(({ id }) => id));
  return people.filter(({ client }) => sessions.has(client.store.getState().sessionId ?? ""));
}

/* Looks for 3 s. */
async function countShown(url: string, { token, userId }: { token: string; userId: string }): Promise<number> {
  const end = performance.now() + 3_000;
  let count = 0;
  while (performance.now() < end) {
    if ((await readPresence(url, token)).some((user) => user.userId === userId)) count += 1;
    await sleep(100);
  }
  return count;
}
