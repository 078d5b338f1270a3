import { setTimeout as sleep } from "node:timers/promises";

import { check, of } from "#faults/checker.ts";
import { comebacks, quantiles } from "#faults/delays.ts";
import { atMost, type Findings, none, timed } from "#faults/findings.ts";
import { createHistory } from "#faults/history.ts";
import { openProxy } from "#faults/proxy.ts";
import type { Row } from "#faults/row.ts";
import type { Setting } from "#faults/scene.ts";
import { request } from "#faults/stage/api.ts";
import { until } from "#faults/stage/processes.ts";
import { readStored } from "#faults/stored.ts";
import { openPerson } from "#faults/workload/person.ts";
import pg from "pg";
import type { Grant } from "#protocol/http.ts";
import { startEmbedded } from "#server/database/embedded.ts";
import { freePort } from "#server/database/postmaster.ts";
import { createLog } from "#server/log.ts";
import { makeDataFolder, startProduct } from "#server/testing/product.ts";

const customers = 20;

/** The product as it is shipped: one Node with its embedded database, started again on the same folder. */
export const shippedKilled: Row = {
  id: "F1e",
  title: "kill -9 of the one node of a new installation, which finds its embedded database again",
  amounts: { short: "2 kills", long: "20 kills" },
  promises: "P1 P2 P4 P5",
  run: killShipped,
};

async function killShipped({ short }: Setting): Promise<Findings> {
  const folder = await makeDataFolder("faults");
  const port = await freePort();
  const line = await openProxy({ to: { port } });
  const env = { ALLOWED_ORIGINS: line.url };
  const start = () => startProduct({ dataDir: folder.path, port, env });
  const history = createHistory();
  let product = await start();
  const guests: Grant[] = [];
  for (let n = 0; n < customers; n += 1) guests.push(await request<Grant>(product.url, "auth/guest", { body: {} }));
  const people = guests.map((grant, n) => openPerson({ who: `c${n}`, grant, url: line.url, history }));
  const backMs: number[] = [];
  let writing = true;
  const write = setInterval(() => {
    for (const { client, who, userId } of writing ? people : []) {
      if ((client.store.getState().outbox.get("own") ?? []).length > 5) continue;
      const text = `${who} ${String(history.entries.length)}`;
      const clientMsgId = client.send({ text });
      if (clientMsgId !== null) history.add({ kind: "invoke", who, senderId: userId, clientMsgId, text, lane: who });
    }
  }, 50);
  try {
    for (let n = 0; n < (short ? 2 : 20); n += 1) {
      await sleep(1_000 + Math.random() * 1_500);
      await product.end("SIGKILL");
      const begun = performance.now();
      product = await start();
      backMs.push(performance.now() - begun);
    }
    await sleep(2_000);
    writing = false;
    await until("everything is sent", () => people.every(({ watched }) => watched.unsent().length === 0), 60_000);
    await sleep(500);
  } finally {
    clearInterval(write);
    await product.end("SIGTERM");
  }
  const screens = people.flatMap(({ watched }) => watched.screens());
  const unsent = people.flatMap(({ watched }) => watched.unsent());
  for (const { client, watched } of people) {
    watched.stop();
    client.stop();
  }
  await line.close();
  const stored = await readEmbedded(folder.path, guests.map(({ user }) => user.id));
  await folder.remove();
  const back = quantiles(comebacks(history.entries));
  return {
    verdict: check({ entries: history.entries, ...stored, screens, unsent }),
    checks: [timed(atMost("ready again, slowest ms", Math.max(...backMs), 10_000)), none("nothing was sent", of(history.entries, "ok").length > 0 ? [] : ["nothing"])],
    figures: { kills: backMs.length, sent: of(history.entries, "invoke").length, stored: stored.rows.length, "back p50/p99": `${String(back.p50)} / ${String(back.p99)} ms` },
  };
}

/* The product is stopped: its database is started once more, for us alone. */
async function readEmbedded(dataDir: string, customerIds: readonly string[]) {
  const embedded = await startEmbedded({ dataDir, log: createLog({ level: "silent", pretty: false }) });
  const client = new pg.Client({ connectionString: embedded.url });
  try {
    await client.connect();
    return await readStored({ ask: async <Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) => (await client.query<Row>(text, [...values ?? []])).rows }, customerIds);
  } finally {
    await client.end();
    await embedded.stop();
  }
}
