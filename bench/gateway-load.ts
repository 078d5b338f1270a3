import { randomUUID } from "node:crypto";
import { once } from "node:events";

import { type RawData, WebSocket } from "ws";

import { quantilesOf, readTask, type LoadResult, type LoadTask } from "./load-task.ts";

/*
 * The closed loop of `load.ts` over a gateway of plain WebSockets: customers and waiters alike. Where a gateway
 * acknowledges nothing, the next message follows when a waiter has got the last one.
 */

/** What a gateway calls a message of ours, where its answer names it, and what has to be said first. */
type Speech = { say(text: string, id: string): string; answer: RegExp | null; greet?: (token: string, waiter: boolean) => string };

const answersById = /"id":"([\da-f-]{36})"/;
const speeches: Record<string, Speech> = {
  "/ws": { say: (text, id) => JSON.stringify({ type: "message:send", id, content: { clientMsgId: id, kind: "text", text } }), answer: answersById },
  "/rayim": { say: (text, id) => JSON.stringify({ code: 1, msg: text, id }), answer: answersById },
  "/infra/ws": { say: (text) => JSON.stringify({ type: "demo-message-send", content: JSON.stringify({ text }) }), answer: null },
  "/webSocket/me": { say: (text) => text, answer: null },
  "/ws/me": { say: (text) => text, answer: null },
  "/endpoint-websocket": {
    say: (text, id) => `SEND\ndestination:/app/message\\csend\nreceipt:${id}\n\n${JSON.stringify({ clientMsgId: id, kind: "text", text })}\0`,
    answer: /^RECEIPT\nreceipt-id:([\da-f-]{36})\n/,
    greet: (token, waiter) => `CONNECT\naccept-version:1.2\ntoken:${token}\n\n\0${waiter ? "SUBSCRIBE\nid:1\ndestination:/user/queue/events\n\n\0" : ""}`,
  },
};

const task: LoadTask & { path: string } = await readTask();
const speech = speeches[task.path];
if (speech === undefined) throw new Error(`no such gateway: ${task.path}`);
const waiting = new Map<string, () => void>();
const acknowledged: number[] = [];
const delivered: number[] = [];
let failed = 0;
let measuring = false;
let stopping = false;

const waiters = await Promise.all(task.waiters.map((token) => connect(token, true)));
const customers = await Promise.all(task.customers.map((token) => connect(token, false)));
waiters[0]?.on("message", (data) => {
  const frame = textOf(data);
  // A frame may tell of many messages: each text begins with the time at which it was sent, and its id.
  for (const [, sentAt, id = ""] of frame.matchAll(/(\d+\.\d{3}) ([\da-f-]{36}) /g)) {
    if (measuring) delivered.push(performance.now() - Number(sentAt));
    if (speech.answer === null) waiting.get(id)?.();
  }
});

const loops = customers.map((socket) => run(socket, speech));
await sleep(task.warmUp);
process.stdout.write("measuring\n");
measuring = true;
const begun = performance.now();
await sleep(task.measure);
measuring = false;
const seconds = (performance.now() - begun) / 1000;
stopping = true;
await Promise.all(loops);
for (const socket of [...waiters, ...customers]) socket.terminate();
const result: LoadResult = { sent: acknowledged.length, seconds, failed, acknowledged: quantilesOf(acknowledged), delivered: quantilesOf(delivered), deliveries: delivered.length };
process.stdout.write(`${JSON.stringify(result)}\n`);

async function run(socket: WebSocket, { say, answer: named }: Speech): Promise<void> {
  if (named !== null) socket.on("message", (data) => waiting.get(named.exec(textOf(data))?.[1] ?? "")?.());
  while (!stopping) {
    const [id, sentAt] = [randomUUID(), performance.now()];
    const answer = new Promise<boolean>((resolve) => {
      const limit = setTimeout(() => resolve(false), 10_000);
      waiting.set(id, () => {
        clearTimeout(limit);
        resolve(true);
      });
    });
    socket.send(say(`${sentAt.toFixed(3)} ${id} ${"你好，请问这个还有货吗？".padEnd(24, "。")}`, id));
    if (!(await answer)) failed += 1;
    else if (measuring) acknowledged.push(performance.now() - sentAt);
    waiting.delete(id);
  }
}

async function connect(token: string | null, waiter: boolean): Promise<WebSocket> {
  const socket = new WebSocket(`${task.url.replace("http", "ws")}${task.path}?token=${token ?? ""}`);
  await once(socket, "open");
  const greeting = speech?.greet?.(token ?? "", waiter);
  if (greeting !== undefined) {
    socket.send(greeting);
    await once(socket, "message");
  }
  const letIn = once(socket, "pong");
  socket.ping();
  await letIn;
  return socket;
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : "";
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
