import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { io } from "socket.io-client";
import WebSocket from "ws";

import { memoryMb } from "#bench/cpu.ts";
import { acknowledgementDelays, deliveryDelays, quantiles, type Window } from "#faults/delays.ts";
import { atLeast, atMost, type Check } from "#faults/findings.ts";
import { openProxy } from "#faults/proxy.ts";
import type { Row } from "#faults/row.ts";
import { play, type Scene } from "#faults/scene.ts";
import { request } from "#faults/stage/api.ts";
import { hireAgents, makeGuests } from "#faults/stage/people.ts";
import { dialRaw, type RawSocket } from "#faults/workload/raw-socket.ts";
import type { Answer } from "#protocol/errors.ts";
import type { SessionRow } from "#protocol/http.ts";

/** P14: others notice next to nothing; `before` is the same without what is to be noticed. */
function checkOthers({ workload: { history: { entries } } }: Scene, before: Window, window: Window): Check[] {
  const [delivered, later] = [quantiles(deliveryDelays(entries, before)).p99, quantiles(deliveryDelays(entries, window)).p99];
  const [answered, ack] = [quantiles(acknowledgementDelays(entries, before)).p99, quantiles(acknowledgementDelays(entries, window)).p99];
  return [
    atMost(`others' delivery, p99 ms (otherwise: ${String(delivered)})`, later, delivered * 1.2),
    atMost(`others' acknowledgement, p99 ms (otherwise: ${String(answered)})`, ack, answered * 1.2),
  ];
}

/** So many long messages, that the buffers of the system are soon full. */
async function writeMuch({ workload }: Scene, messages: number): Promise<void> {
  const [writer] = workload.people;
  const text = "满".repeat(3_900);
  for (let n = 0; n < messages; n += 1) {
    const conversationId = writer?.client.store.getState().ownConversationId;
    if (writer !== undefined && conversationId !== null && conversationId !== undefined) {
      const clientMsgId = randomUUID();
      workload.history.add({ kind: "invoke", who: "flood", senderId: writer.userId, clientMsgId, text, lane: null });
      await writer.client.call("message:send", { clientMsgId, kind: "text", text }).catch(() => undefined);
    }
    await sleep(25);
  }
}

/** Connections that get everything and read nothing, or a little; before, the same ones read all of it. */
export const slowReaders: Row = {
  id: "F39",
  title: "50 sockets that never read and 50 that read 1 KB/s, all of them waiters, beside the same 100 reading everything",
  amounts: { short: "400 long messages", long: "1,500 long messages" },
  promises: "P14",
  run: (setting) => play(setting, { name: "F39", load: { reconnectMs: null } }, async (scene) => {
    const { stage, short, during } = scene;
    const [agent] = await hireAgents(stage, 1, "slow");
    const [target] = stage.nodes;
    if (agent === undefined || target === undefined) return [];
    const dial = async (): Promise<RawSocket> => {
      const raw = await dialRaw(target.url, { token: agent.grant.token });
      raw.socket.on("error", () => undefined);
      return raw;
    };
    const quick: RawSocket[] = [];
    for (let n = 0; n < 100; n += 1) quick.push(await dial());
    const before = await during(() => writeMuch(scene, short ? 150 : 500));
    for (const { socket } of quick) socket.terminate();
    // New ones: the system gives those that read quickly large buffers.
    const slow: RawSocket[] = [];
    const readers: NodeJS.Timeout[] = [];
    const memory = memoryMb(target.pid);
    for (let n = 0; n < 100; n += 1) {
      const raw = await dial();
      slow.push(raw);
      raw.socket.pause();
      if (n >= 50) readers.push(setInterval(() => readABit(raw.socket), 1_000));
    }
    const window = await during(() => writeMuch(scene, short ? 400 : 1_500));
    await sleep(5_000);
    const grown = memoryMb(target.pid) - memory;
    for (const timer of readers) clearInterval(timer);
    // Who does not read does not hear either that it was closed: the node is asked.
    const { items } = await request<{ items: SessionRow[] }>(target.url, `sessions?limit=100&userId=${agent.grant.user.id}`, { method: "GET", token: agent.grant.token });
    const there = new Set(items.map(({ id }) => id));
    for (const { socket } of slow) socket.terminate();
    return [
      atLeast("sockets that never read and were closed", slow.slice(0, 50).filter(({ sessionId }) => !there.has(sessionId)).length, 50),
      atMost("memory of the node grew by, MB", grown, 200),
      ...checkOthers(scene, before, window),
    ];
  }),
};

/** One client that floods. */
export const fastWriter: Row = {
  id: "F40",
  title: "one client sends 5,000 messages a second",
  amounts: { short: "10 s", long: "30 s" },
  promises: "P14",
  run: (setting) => play(setting, { name: "F40", load: { reconnectMs: null } }, async (scene) => {
    const { stage, short, during } = scene;
    const [guest] = await makeGuests(stage, 1);
    // From an address that the limits do not leave alone.
    const line = await openProxy({ to: { port: stage.nginx.port }, localAddress: "127.8.0.1" });
    const socket = io(line.url, { auth: { token: guest?.token, v: 1 }, transports: ["websocket"], extraHeaders: { Host: new URL(stage.nginx.url).host }, forceNew: true });
    const codes = new Map<string, number>();
    let sent = 0;
    const window = await during(async () => {
      const begun = performance.now();
      while (performance.now() - begun < (short ? 10_000 : 30_000)) {
        for (; socket.connected && sent < (performance.now() - begun) * 5; sent += 1) {
          socket.emit("message:send", { clientMsgId: randomUUID(), kind: "text", text: "flood" }, (answer: Answer<unknown>) => {
            const code = answer.ok ? "ok" : answer.error.code;
            codes.set(code, (codes.get(code) ?? 0) + 1);
          });
        }
        await sleep(10);
      }
    });
    socket.close();
    await line.close();
    return [
      atLeast("sent", sent, 1_000),
      atMost("stored of them", codes.get("ok") ?? 0, 200),
      atLeast("answered rate_limited", codes.get("rate_limited") ?? 0, 10),
      ...checkOthers(scene, scene.before, window),
    ];
  }),
};

/* About a kilobyte: one turn of the loop reads what is there, so it is opened for a moment only. */
function readABit(socket: WebSocket): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.once("message", () => socket.pause());
  socket.resume();
}
