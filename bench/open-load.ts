import { randomUUID } from "node:crypto";
import { Agent } from "node:http";

import { io, type Socket } from "socket.io-client";

import { quantilesOf, readTask, type LoadResult, type LoadTask } from "./load-task.ts";

/*
 * The load of the open loop: messages are due at fixed times, whether or not the last ones were acknowledged, and delays
 * count from when a message was due. Reads its task from standard input, answers one line of JSON.
 */
const task: LoadTask & { perSecond: number } = await readTask();
const acknowledged: number[] = [];
const delivered: number[] = [];
let failed = 0;
let measuring = false;

const waiters = await Promise.all(task.waiters.map((token, n) => connect(token, n)));
const customers = await Promise.all(task.customers.map((token, n) => connect(token, n)));
waiters[0]?.on("message:created", ({ messages }: { messages: { text?: string }[] }) => {
  const now = performance.now();
  for (const { text } of messages) {
    const dueAt = Number(text?.split(" ", 1)[0]);
    if (measuring && dueAt > 0) delivered.push(now - dueAt);
  }
});

const total = Math.round(task.perSecond * (task.warmUp + task.measure));
const begun = performance.now();
const sends: Promise<void>[] = [];
let sent = 0;
await new Promise<void>((resolve) => {
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / 1_000) * task.perSecond));
    for (; sent < due; sent += 1) {
      const dueAt = begun + (sent * 1_000) / task.perSecond;
      if (!measuring && dueAt - begun >= task.warmUp * 1_000) {
        measuring = true;
        process.stdout.write("measuring\n");
      }
      const socket = customers[sent % customers.length];
      if (socket !== undefined) sends.push(send(socket, dueAt));
    }
    if (sent < total) return;
    clearInterval(timer);
    resolve();
  }, 5);
});
await Promise.all(sends);
const seconds = (performance.now() - begun) / 1_000 - task.warmUp;
for (const socket of [...waiters, ...customers]) socket.close();
const result: LoadResult = { sent: acknowledged.length, seconds, failed, acknowledged: quantilesOf(acknowledged), delivered: quantilesOf(delivered), deliveries: delivered.length };
process.stdout.write(`${JSON.stringify(result)}\n`);

async function send(socket: Socket, dueAt: number): Promise<void> {
  const counts = measuring;
  const text = `${dueAt.toFixed(3)} ${"你好，请问这个还有货吗？什么时候可以发货呢？谢谢".padEnd(60, "。")}`;
  try {
    const answer: { ok: boolean } = await socket.timeout(10_000).emitWithAck("message:send", { clientMsgId: randomUUID(), kind: "text", text });
    if (!answer.ok) failed += 1;
    else if (counts) acknowledged.push(performance.now() - dueAt);
  } catch {
    failed += 1;
  }
}

/* Each from an address of its own, so that nginx spreads them over the nodes. */
async function connect(token: string | null, n: number): Promise<Socket> {
  const options = { auth: token === null ? {} : { token, v: 1 }, transports: ["websocket"], forceNew: true, reconnection: false };
  // The types know an agent of browsers only.
  Reflect.set(options, "agent", new Agent({ localAddress: `127.1.${String(n % 200)}.${String(1 + (n % 50))}` }));
  const socket = io(task.url, options);
  await new Promise<void>((resolve, reject) => {
    socket.once(token === null ? "connect" : "hello", () => resolve());
    socket.once("connect_error", reject);
  });
  return socket;
}
