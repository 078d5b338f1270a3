import { randomUUID } from "node:crypto";

import { io, type Socket } from "socket.io-client";

import { type LoadResult, type LoadTask, quantilesOf, readTask } from "./load-task.ts";

/*
 * The load of the closed loop, in a process of its own: each customer sends the next message when the last
 * one is acknowledged; waiters receive. Reads its task from standard input, answers one line of JSON.
 */

type Frame = { messages: { text?: string }[] };

const task: LoadTask = await readTask();
const acknowledged: number[] = [];
const delivered: number[] = [];
let failed = 0;
let measuring = false;
let stopping = false;

const waiters = await Promise.all(task.waiters.map((token) => connect(token)));
const customers = await Promise.all(task.customers.map((token) => connect(token)));
waiters[0]?.on("message:created", ({ messages }: Frame) => {
  if (!measuring) return;
  const now = performance.now();
  for (const { text } of messages) {
    const sentAt = Number(text?.split(" ", 1)[0]);
    if (sentAt > 0) delivered.push(now - sentAt);
  }
});

const loops = customers.map((socket) => run(socket));
await sleep(task.warmUp);
process.stdout.write("measuring\n");
measuring = true;
const begun = performance.now();
await sleep(task.measure);
measuring = false;
const seconds = (performance.now() - begun) / 1000;
stopping = true;
await Promise.all(loops);
for (const socket of [...waiters, ...customers]) socket.close();
const result: LoadResult = {
  sent: acknowledged.length, seconds, failed,
  acknowledged: quantilesOf(acknowledged), delivered: quantilesOf(delivered), deliveries: delivered.length,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

async function run(socket: Socket): Promise<void> {
  while (!stopping) {
    const sentAt = performance.now();
    // 60 characters after the time stamp: a short question.
    const text = `${sentAt.toFixed(3)} ${"你好，请问这个还有货吗？什么时候可以发货呢？谢谢".padEnd(60, "。")}`;
    try {
      const answer: { ok: boolean } = await socket.timeout(10_000).emitWithAck("message:send", { clientMsgId: randomUUID(), kind: "text", text });
      if (!answer.ok) failed += 1;
      else if (measuring) acknowledged.push(performance.now() - sentAt);
    } catch {
      failed += 1;
    }
  }
}

async function connect(token: string | null): Promise<Socket> {
  const socket = io(task.url, { auth: token === null ? {} : { token, v: 1 }, transports: ["websocket"], forceNew: true, reconnection: false });
  await new Promise<void>((resolve, reject) => {
    socket.once(token === null ? "connect" : "hello", () => resolve());
    socket.once("connect_error", reject);
  });
  return socket;
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
