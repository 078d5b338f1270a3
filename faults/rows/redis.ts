import { setTimeout as sleep } from "node:timers/promises";

import { cpuSeconds } from "#bench/cpu.ts";
import { acknowledgementDelays, deliveryDelays, quantiles, type Window } from "#faults/delays.ts";
import { atMost, type Check, holds, timed } from "#faults/findings.ts";
import { readPresence } from "#faults/presence.ts";
import type { Row } from "#faults/row.ts";
import { play, type Scene } from "#faults/scene.ts";
import { signInAdmin } from "#faults/stage/people.ts";

/** P8: other nodes hear of a message by the sweep alone. */
const sweptMs = 2_000;
/** Nobody breaks off meanwhile: what is measured is what Redis does. */
const load = { reconnectMs: null };

/** P8: what people notice while the bus is away or lossy. */
function checkDelays({ workload: { history }, before }: Scene, window: Window, limitMs = sweptMs): Check[] {
  const { entries } = history;
  const [calm, during] = [quantiles(acknowledgementDelays(entries, before)), quantiles(acknowledgementDelays(entries, window))];
  const delivered = quantiles(deliveryDelays(entries, window));
  return [
    timed(atMost("delivery meanwhile, p99 ms", delivered.count > 0 ? delivered.p99 : NaN, limitMs)),
    // Storing does not wait for Redis; the limit leaves room for a busy machine.
    timed(atMost("acknowledged meanwhile, p99 ms", during.p99, Math.max(250, calm.p99 * 3))),
  ];
}

/** Redis dies and comes back; clients and nodes stay. */
export const redisKilled: Row = {
  id: "F7",
  title: "Redis killed, and started again later",
  amounts: { short: "0.2, 3 and 10 s later", medium: "0.2, 3 and 15 s later", long: "0.2, 3, 15 and 120 s later" },
  promises: "P3 P7 P8",
  run: (setting) => play(setting, { name: "F7", load }, async (scene) => {
    const { stage, length, during } = scene;
    const cpu = (): number => stage.nodes.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
    const checks: Check[] = [];
    for (const seconds of length === "long" ? [0.2, 3, 15, 120] : length === "medium" ? [0.2, 3, 15] : [0.2, 3, 10]) {
      const [used, begun] = [cpu(), performance.now()];
      const window = await during(async () => {
        await stage.redis.kill();
        await sleep(seconds * 1_000);
      });
      const share = (cpu() - used) / ((performance.now() - begun) / 1_000) / stage.nodes.length;
      await stage.redis.start();
      if (seconds >= 3) checks.push(...checkDelays(scene, window).map((check) => ({ ...check, name: `${String(seconds)} s: ${check.name}` })));
      if (seconds >= 10) checks.push(atMost(`${String(seconds)} s: CPU of a node, %`, share * 100, 50));
      await sleep(2_000);
    }
    return checks;
  }),
};

/** Redis keeps its connections and answers nothing. */
export const redisHangs: Row = {
  id: "F8",
  title: "Redis hangs for 15 s (SIGSTOP)",
  amounts: { short: "once", long: "once" },
  promises: "P3 P8",
  run: (setting) => play(setting, { name: "F8", load }, async (scene) => {
    const { stage, during } = scene;
    const { token } = await signInAdmin(stage);
    const asked: number[] = [];
    const window = await during(async () => {
      stage.redis.pause();
      for (let n = 0; n < 5; n += 1) {
        const begun = performance.now();
        await readPresence(stage.nodes[n % 3]?.url ?? "", token);
        asked.push(performance.now() - begun);
        await sleep(3_000 - (performance.now() - begun));
      }
      stage.redis.resume();
    });
    return [...checkDelays(scene, window), atMost("who is online, asked meanwhile, slowest ms", Math.max(...asked), 1_000)];
  }),
};

/** Everything in Redis is thrown away, and all connections with it. */
export const redisFlushed: Row = {
  id: "F9",
  title: "Redis: FLUSHALL, all connections killed, three times",
  amounts: { short: "every 3 s", long: "every 10 s" },
  promises: "P3 P11",
  run: (setting) => play(setting, { name: "F9", load }, async (scene) => {
    const { stage, short, during } = scene;
    const window = await during(async () => {
      for (let n = 0; n < 3; n += 1) {
        await stage.redis.command("FLUSHALL");
        for (const type of ["pubsub", "normal"]) await stage.redis.command("CLIENT", "KILL", "TYPE", type);
        await sleep(short ? 3_000 : 10_000);
      }
    });
    return [...checkDelays(scene, window), await checkPresence(scene)];
  }),
};

/** How long it takes until every node knows of everybody who is here. */
async function checkPresence({ stage, workload }: Scene): Promise<Check> {
  const { token } = await signInAdmin(stage);
  const healed = performance.now();
  const missing = async (): Promise<number> => {
    const seen = await Promise.all(stage.nodes.map(({ url }) => readPresence(url, token)));
    const expected = new Set(workload.people.filter(({ client }) => client.store.getState().connection.status === "connected").map(({ userId }) => userId));
    return Math.max(...seen.map((users) => [...expected].filter((id) => !users.some(({ userId }) => userId === id)).length));
  };
  while ((await missing()) > 0 && performance.now() - healed < 31_000) await sleep(500);
  return atMost("presence whole again after, s", (performance.now() - healed) / 1_000, 30);
}

/** Published messages get lost, late or repeated on their way to every node. */
function unreliable({ id, title, fate, limitMs }: { id: string; title: string; fate: () => () => readonly number[]; limitMs: number }): Row {
  return {
    id,
    title,
    amounts: { short: "15 s", long: "60 s" },
    promises: "P3 P8",
    arrangement: { redis: "lines" },
    run: (setting) => play(setting, { name: id, load }, async (scene) => {
      const { stage, short, during } = scene;
      const window = await during(async () => {
        for (const line of stage.redisLines) line.fate.decide = fate();
        await sleep(short ? 15_000 : 60_000);
      });
      for (const line of stage.redisLines) line.fate.decide = () => [0];
      return checkDelays(scene, window, limitMs);
    }),
  };
}

const everyNth = (n: number, fate: readonly number[]) => (): (() => readonly number[]) => {
  let count = 0;
  return () => ((count += 1) % n === 0 ? fate : [0]);
};

export const redisLoses = unreliable({ id: "F10", title: "Redis silently loses every tenth published message", fate: everyNth(10, []), limitMs: sweptMs });
export const redisReorders = unreliable({ id: "F35", title: "every third message between nodes is held back 500 ms", fate: everyNth(3, [500]), limitMs: sweptMs });
export const redisRepeats = unreliable({ id: "F36", title: "every message between nodes comes three times", fate: () => () => [0, 0, 0], limitMs: 500 });

/** One node cannot reach Redis; nobody is told. */
export const redisPartitioned: Row = {
  id: "F22",
  title: "one node is silently cut off from Redis",
  amounts: { short: "15 s", long: "30 s" },
  promises: "P3 P8 P11",
  arrangement: { redis: "lines" },
  run: (setting) => play(setting, { name: "F22", load }, async (scene) => {
    const { stage, short, during } = scene;
    const [line] = stage.redisLines;
    const window = await during(async () => {
      line?.set("both", { silent: true });
      await sleep(short ? 15_000 : 30_000);
    });
    const ready = await stage.nodes[0]?.isReady();
    line?.heal();
    return [...checkDelays(scene, window), holds("the node stays ready meanwhile", ready === true), await checkPresence(scene)];
  }),
};
