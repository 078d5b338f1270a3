import { setTimeout as sleep } from "node:timers/promises";

import { of } from "#faults/checker.ts";
import { comebacks, quantiles, type Window } from "#faults/delays.ts";
import { atLeast, atMost, type Check, none, timed } from "#faults/findings.ts";
import type { Row } from "#faults/row.ts";
import { play, type Scene } from "#faults/scene.ts";

/** After how long each of these people noticed that the line is dead; whoever has not, as NaN. */
function noticed({ workload: { history } }: Scene, who: readonly string[], { from, to }: Window): Map<string, number> {
  const downs = of(history.entries, "down").filter(({ at }) => at >= from && at <= to);
  return new Map(who.map((one) => [one, (downs.find((entry) => entry.who === one)?.at ?? NaN) - from]));
}

/** P10: who writes notices within 10 s of the first message that is not answered, everyone else within 25 s. */
export function checkNotices(scene: Scene, who: readonly string[], window: Window): Check[] {
  const { entries } = scene.workload.history;
  const firstSend = new Map<string, number>();
  for (const { who: sender, at } of of(entries, "invoke")) if (at > window.from && !firstSend.has(sender)) firstSend.set(sender, at - window.from);
  const all = noticed(scene, who, window);
  const senders = [...all].flatMap(([one, after]) => (firstSend.has(one) ? [after - (firstSend.get(one) ?? 0)] : []));
  return [
    none("people who did not notice", [...all].filter(([, after]) => Number.isNaN(after)).map(([one]) => one)),
    atMost("noticed by who writes, slowest ms", Math.max(...senders), 10_000),
    atMost("noticed by anyone, slowest ms", Math.max(...all.values()), 25_000),
  ];
}

/** The lines of some people go silent; they stay as they are for everybody else. */
function partition({ id, title, direction }: { id: string; title: string; direction: "both" | "down" }): Row {
  return {
    id,
    title,
    amounts: { short: "27 s", long: "60 s" },
    promises: "P2 P3 P9 P10",
    run: (setting) => play(setting, { name: id, load: { reconnectMs: null } }, async (scene) => {
      const { short, during, workload } = scene;
      const some = workload.people.filter((_, n) => n % 4 === 0);
      const window = await during(async () => {
        for (const person of some) workload.lineOf(person).set(direction, { silent: true });
        await sleep(short ? 27_000 : 60_000);
      });
      const healed = performance.now();
      for (const person of some) workload.lineOf(person).heal();
      await sleep(15_000);
      const checks = checkNotices(scene, some.map(({ who }) => who), window);
      const back = of(workload.history.entries, "up").filter(({ at }) => at > healed).map(({ at }) => at - healed);
      return [...checks, atMost("back after it healed, slowest ms", Math.max(...back), 32_000)];
    }),
  };
}

export const oneWay = partition({ id: "F24", title: "what the server says does not arrive at a quarter of the people", direction: "down" });
export const farAway = partition({ id: "F25", title: "a quarter of the people are silently cut off, as behind a router that forgot them", direction: "both" });

/** Lines break after some bytes, in the middle of whatever was on its way. */
export const cutFrames: Row = {
  id: "F26",
  title: "lines break in the middle of frames and of acknowledgements",
  amounts: { short: "12 s", long: "60 s" },
  promises: "P2 P3",
  run: (setting) => play(setting, { name: "F26" }, async (scene) => {
    const { short, during, workload } = scene;
    let cuts = 0;
    await during(async () => {
      for (const until = performance.now() + (short ? 12_000 : 60_000); performance.now() < until; cuts += 1) {
        const person = workload.people[Math.floor(Math.random() * workload.people.length)];
        if (person !== undefined) workload.lineOf(person).cutAfter(Math.random() < 0.5 ? "up" : "down", 1 + Math.floor(Math.random() * 400));
        await sleep(150);
      }
    });
    return [atLeast("lines that broke", of(workload.history.entries, "down").length, Math.min(20, cuts / 3))];
  }),
};

/** Narrow, slow lines that bring every byte by itself. */
export const narrowLines: Row = {
  id: "F27",
  title: "a quarter of the people have 1 s of latency, 8 KB/s, and bytes in small pieces",
  amounts: { short: "15 s", long: "60 s" },
  promises: "P2 P3",
  run: (setting) => play(setting, { name: "F27", load: { reconnectMs: null } }, async (scene) => {
    const { short, during, workload } = scene;
    // Agents get everybody's messages: such a line is too narrow for them.
    const some = workload.people.filter(({ who }, n) => n % 4 === 0 && !who.startsWith("a"));
    const window = await during(async () => {
      for (const person of some) workload.lineOf(person).set("both", { latencyMs: 500, bytesPerSecond: 8_000, sliceBytes: 7 });
      await sleep(short ? 15_000 : 60_000);
    });
    for (const person of some) workload.lineOf(person).heal();
    return [none("people who lost their line", of(workload.history.entries, "down").filter(({ at }) => at >= window.from && at <= window.to).map(({ who }) => who))];
  }),
};

/** A new configuration again and again; old workers finish what they have. */
export const nginxReloads: Row = {
  id: "F28",
  title: "nginx is reloaded 20 times under load",
  amounts: { short: "every 0.4 s", long: "every 3 s" },
  promises: "P1 P2 P3",
  run: (setting) => play(setting, { name: "F28", load: { reconnectMs: null } }, async (scene) => {
    const { stage, short, during, workload } = scene;
    const window = await during(async () => {
      for (let n = 0; n < 20; n += 1) {
        stage.nginx.reload();
        await sleep(short ? 400 : 3_000);
      }
      // Old workers go when their time is over.
      await sleep(33_000);
    });
    return [
      atMost("workers in the end", stage.nginx.workers().length, 2),
      atMost("clients back, slowest ms", quantiles(comebacks(workload.history.entries, window)).max, 30_000),
    ];
  }),
};

/** nginx dies with everybody's lines. */
export const nginxKilled: Row = {
  id: "F29",
  title: "kill -9 of nginx, started again after a second",
  amounts: { short: "twice", long: "5 times" },
  promises: "P1 P2 P3 P13",
  run: (setting) => play(setting, { name: "F29", load: { reconnectMs: null } }, async (scene) => {
    const { stage, short, during, workload } = scene;
    const window = await during(async () => {
      for (let n = 0; n < (short ? 2 : 5); n += 1) {
        await stage.nginx.kill();
        await sleep(1_000);
        await stage.nginx.start();
        await sleep(8_000);
      }
    });
    const back = quantiles(comebacks(workload.history.entries, window));
    return [timed(atMost("clients back, slowest ms", back.max, 30_000)), atLeast("clients that were cut off", back.count, workload.people.length)];
  }),
};

