import { once } from "node:events";

import type { Notice } from "#protocol/objects.ts";

import { linesOf, startChild } from "./child.ts";
import { cpuSeconds, memoryMb } from "./cpu.ts";
import type { Connected, IdleTask, Noticed } from "./idle-load.ts";
import { openShop, post } from "./shop.ts";
import { brief, type Length, type Measure, type Table } from "./table.ts";

/** P13 and notices: connections that wait, what they cost, and how soon a notice reaches them all. */
export const connections: Measure = { name: "connections", run };

/** A server under the load: who it is, with which tokens to come, and how it tells everyone. */
type Served = { readonly name: string; readonly url: string; readonly pid: number; readonly tokens: readonly (string | null)[]; tellAll(): Promise<void> };

type Found = { readonly row: (string | number)[]; readonly passed: boolean };

async function run(length: Length): Promise<Table> {
  const count = length === "short" ? 500 : 10_000;
  const found: Found[] = [];
  const relay = startChild("bench/relay.ts", ["0"]);
  try {
    const [port] = await once(linesOf(relay), "line");
    const tellAll = async (): Promise<void> => void relay.stdin?.write("notice\n");
    found.push(await fill({ name: "relay", url: `http://127.0.0.1:${String(port)}`, pid: relay.pid ?? 0, tokens: [null], tellAll }, count));
  } finally {
    relay.kill();
  }
  const shop = await openShop(50, 0);
  try {
    const { product, owner } = shop;
    const tellAll = async (): Promise<void> => {
      const body = { title: "今晚八点起维护", body: "届时约十分钟无法下单。", level: "info", audience: "everyone" };
      const { id } = await post<Notice>(product, { route: "notices", body, token: owner });
      await post(product, { route: `notices/${id}/push`, body: {}, token: owner });
    };
    found.push(await fill({ name: "Xiaoer", url: product.url, pid: product.pid, tokens: shop.customers, tellAll }, count));
  } finally {
    await shop.close();
  }
  return {
    title: `${count.toLocaleString("en")} connections that wait, and all of them at once (P13)`,
    header: ["", "KB each", "connected per second, 100 at a time", "CPU ms each", "all at once: ready p50 / p99, all after s", "notice: first / median / last ms", "refused"],
    rows: found.map(({ row }) => row),
    notes: ["The server's resident memory grows by so much with each connection. Ours checks a token, tells presence and reads what is in force for each; the notice is stored before it is pushed, and its delay counts from the request to make it."],
    passed: found.every(({ passed }) => passed),
  };
}

async function fill({ name, url, pid, tokens, tellAll }: Served, count: number): Promise<Found> {
  const before = { memory: memoryMb(pid), cpu: cpuSeconds(pid) };
  const paced = await openLoad({ url, tokens, count, atOnce: 100 });
  const cpu = ((cpuSeconds(pid) - before.cpu) * 1_000) / count;
  const kilobytes = ((memoryMb(pid) - before.memory) * 1_024) / count;
  const toldAt = performance.timeOrigin + performance.now();
  await tellAll();
  const { received, times } = await paced.noticed();
  await paced.close();
  const rush = await openLoad({ url, tokens, count, atOnce: count });
  await rush.close();
  const since = (at: number): number => Math.round(at - toldAt);
  const { readyP50, readyP99, seconds } = rush.connected;
  return {
    row: [
      name, brief(kilobytes), Math.round(count / paced.connected.seconds), brief(cpu), `${Math.round(readyP50)} / ${Math.round(readyP99)} ms, ${brief(seconds)} s`,
      `${since(times.first)} / ${since(times.median)} / ${since(times.last)}`, paced.connected.refused + rush.connected.refused,
    ],
    passed: received === count && paced.connected.refused + rush.connected.refused === 0,
  };
}

/** Connects, in a process of its own. */
async function openLoad(task: IdleTask): Promise<{ connected: Connected; noticed(): Promise<Noticed>; close(): Promise<void> }> {
  const load = startChild("bench/idle-load.ts", []);
  const lines = linesOf(load);
  load.stdin?.write(`${JSON.stringify(task)}\n`);
  const [first] = await once(lines, "line");
  const connected: Connected = JSON.parse(String(first));
  const second = once(lines, "line");
  // Nobody waits for it where no notice is told.
  second.catch(() => undefined);
  return {
    connected,
    async noticed() {
      const [line] = await second;
      return JSON.parse(String(line));
    },
    async close() {
      const ended = once(load, "exit");
      load.stdin?.end();
      await ended;
    },
  };
}
