import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { memoryMb } from "#bench/cpu.ts";
import { of } from "#faults/checker.ts";
import { acknowledgementDelays, firstOk, quantiles, type Window, withoutOwnQueue } from "#faults/delays.ts";
import { atMost, holds, none } from "#faults/findings.ts";
import type { Row } from "#faults/row.ts";
import { play, type Scene } from "#faults/scene.ts";
import { command } from "#faults/stage/api.ts";
import { until } from "#faults/stage/processes.ts";
import type { Stage } from "#faults/stage/stage.ts";
import { reasonOf } from "#faults/workload/repeats.ts";

/** How long after a moment the first message was acknowledged again. */
function firstOkAfter({ workload }: Scene, moment: number): number {
  const next = of(workload.history.entries, "ok").find(({ at }) => at > moment);
  return next === undefined ? NaN : next.at - moment;
}

/** How long after a moment everything was sent that had been written before. */
function drainedAfter({ workload: { history } }: Scene, moment: number): number {
  const oks = firstOk(history.entries);
  const before = of(history.entries, "invoke").filter(({ at }) => at < moment);
  return Math.max(0, ...before.map(({ clientMsgId }) => (oks.get(clientMsgId) ?? NaN) - moment));
}

/** Connections that were lost although only the database was hurt. */
function lostLines({ workload: { history } }: Scene, { from, to }: Window): string[] {
  return of(history.entries, "down").filter(({ at }) => at >= from && at <= to).map(({ who }) => who);
}

function largestNode({ nodes }: Stage): number {
  return Math.max(...nodes.map(({ pid }) => memoryMb(pid)));
}

async function probes({ nodes }: Stage, path: string): Promise<number[]> {
  return Promise.all(nodes.map(({ url }) => fetch(`${url}${path}`, { signal: AbortSignal.timeout(5_000) }).then(({ status }) => status, () => 0)));
}

/** Single connections of nodes are ended by the database. */
export const backendsEnded: Row = {
  id: "F12",
  title: "PostgreSQL ends random connections of the nodes",
  amounts: { short: "40 connections", long: "200 connections" },
  promises: "P1 P2 P4",
  run: (setting) => play(setting, { name: "F12", load: { reconnectMs: null } }, async (scene) => {
    const { stage, short, during } = scene;
    let ended = 0;
    const window = await during(async () => {
      for (let n = 0; n < (short ? 40 : 200); n += 1) {
        const gone = await stage.postgres.ask("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'xiaoer' order by random() limit 1");
        ended += gone.length;
        await sleep(250);
      }
    });
    return [none("clients that lost their line", lostLines(scene, window)), holds("connections were ended", ended > 20, String(ended))];
  }),
};

/** The postmaster dies; whoever watches over it starts it again. */
export const postmasterKilled: Row = {
  id: "F13",
  title: "kill -9 of the postmaster under load, started again by its supervisor",
  amounts: { short: "2 kills", long: "10 kills" },
  promises: "P1 P2 P4",
  run: (setting) => play(setting, { name: "F13", load: { reconnectMs: null } }, async (scene) => {
    const { stage, short, during } = scene;
    const firstMs: number[] = [];
    const window = await during(async () => {
      for (let n = 0; n < (short ? 2 : 10); n += 1) {
        await stage.postgres.stop("kill");
        await stage.postgres.start();
        const up = performance.now();
        await sleep(short ? 6_000 : 10_000);
        firstMs.push(firstOkAfter(scene, up));
      }
    });
    return [atMost("sent again after it runs, slowest ms", Math.max(...firstMs), 5_000), none("clients that lost their line", lostLines(scene, window))];
  }),
};

/** The database is away for 10 s. */
export const databaseStopped: Row = {
  id: "F14",
  title: "PostgreSQL stopped (immediate), started again 10 s later",
  amounts: { short: "once", long: "once" },
  promises: "P1 P2 P4",
  run: (setting) => play(setting, { name: "F14", load: { reconnectMs: null } }, async (scene) => {
    const { stage, during } = scene;
    let [ready, live]: number[][] = [[], []];
    const window = await during(async () => {
      await stage.postgres.stop("immediate");
      await sleep(5_000);
      [ready, live] = [await probes(stage, "/readyz"), await probes(stage, "/livez")];
      await sleep(5_000);
      await stage.postgres.start();
    });
    const up = performance.now();
    await until("everybody has sent", () => !Number.isNaN(drainedAfter(scene, up)), 60_000).catch(() => undefined);
    return [
      atMost("sent again after it runs, ms", firstOkAfter(scene, up), 5_000),
      atMost("all of it sent after, ms", drainedAfter(scene, up), 30_000),
      holds("readyz says 503 meanwhile, livez 200", ready?.every((status) => status === 503) === true && live?.every((status) => status === 200) === true, `${String(ready)} / ${String(live)}`),
      none("clients that lost their line", lostLines(scene, window)),
    ];
  }),
};

/** The database keeps its connections and answers nothing. */
export const databaseHangs: Row = {
  id: "F15",
  title: "PostgreSQL hangs for 20 s (SIGSTOP)",
  amounts: { short: "once", long: "once" },
  promises: "P1 P2",
  run: (setting) => play(setting, { name: "F15", load: { reconnectMs: null } }, async (scene) => {
    const { stage, during, workload } = scene;
    const [customer] = workload.people;
    const answers: { after: number; ms: number; code: string }[] = [];
    const before = largestNode(stage);
    const window = await during(async () => {
      stage.postgres.pause();
      const begun = performance.now();
      for (let n = 0; performance.now() - begun < 20_000; n += 1) {
        const asked = performance.now();
        const input = { clientMsgId: randomUUID(), kind: "text" as const, text: "probe" };
        const code = await command(stage.nodes[n % 3]?.url ?? "", "message:send", { token: customer?.token() ?? "", input }).then(() => "ok", (error: unknown) => reasonOf(error).code);
        answers.push({ after: asked - begun, ms: performance.now() - asked, code });
        await sleep(500);
      }
      stage.postgres.resume();
    });
    const up = performance.now();
    await until("everybody has sent", () => !Number.isNaN(drainedAfter(scene, up)), 60_000).catch(() => undefined);
    return [
      // What was on its way when it began to hang waits for the limit of a statement; the rest is told at once.
      atMost("a send is answered, slowest ms", Math.max(...answers.map(({ ms }) => ms)), 6_500),
      atMost("a send is answered later on, slowest ms", Math.max(...answers.filter(({ after }) => after > 7_000).map(({ ms }) => ms)), 2_000),
      none("answers other than unavailable", answers.flatMap(({ code }) => (code === "unavailable" ? [] : [code]))),
      atMost("sent again after it goes on, ms", firstOkAfter(scene, up), 5_000),
      atMost("memory of a node grew by, MB", largestNode(stage) - before, 150),
      none("clients that lost their line", lostLines(scene, window)),
    ];
  }),
};

/** Every commit of messages takes 300 ms. */
export const databaseSlow: Row = {
  id: "F16",
  title: "PostgreSQL takes 300 ms for each batch of messages",
  amounts: { short: "12 s", long: "60 s" },
  promises: "P1 P2",
  run: (setting) => play(setting, { name: "F16", load: { reconnectMs: null } }, async (scene) => {
    const { stage, short, during, workload } = scene;
    const memory = largestNode(stage);
    await stage.postgres.ask(`create or replace function fault_slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.3); return null; end'`);
    await stage.postgres.ask(`create or replace trigger fault_slow after insert on "Message" for each statement execute function fault_slow()`);
    const window = await during(async () => {
      try {
        await sleep(short ? 12_000 : 60_000);
      } finally {
        await stage.postgres.ask(`drop trigger fault_slow on "Message"`);
      }
    });
    // One message of a person is on its way at a time: what waits for that person's own earlier ones is another thing.
    const { entries } = workload.history;
    const acknowledged = quantiles(acknowledgementDelays(withoutOwnQueue(entries), window));
    return [
      atMost(`acknowledged meanwhile, p99 ms (with one's own queue: ${String(quantiles(acknowledgementDelays(entries, window)).p99)})`, acknowledged.count > 0 ? acknowledged.p99 : NaN, 2_000),
      atMost("memory of a node grew by, MB", largestNode(stage) - memory, 150),
    ];
  }),
};
