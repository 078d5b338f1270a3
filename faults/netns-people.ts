import { createInterface } from "node:readline";

import type { Grant } from "#protocol/http.ts";

import { createHistory } from "./history.ts";
import { openPerson } from "./workload/person.ts";

/*
 * People in another network namespace: reads `{url, grants}` from the first line of its input, lets each write once a
 * second until "stop" comes, and then prints what happened and what they see as one line of JSON. Times are of the
 * wall clock, for whoever started it measures too.
 */
const input = createInterface(process.stdin);
const lines = input[Symbol.asyncIterator]();
const first = await lines.next();
const { url, grants }: { url: string; grants: Grant[] } = JSON.parse(first.value ?? "{}");

const history = createHistory();
const people = grants.map((grant, n) => openPerson({ who: `n${n}`, grant, url, history }));
let count = 0;
const timer = setInterval(() => {
  for (const { client, who, userId } of people) {
    const text = `${who} ${String((count += 1))}`;
    const clientMsgId = client.send({ text });
    if (clientMsgId !== null) history.add({ kind: "invoke", who, senderId: userId, clientMsgId, text, lane: who });
  }
}, 1_000);
process.stdout.write("begun\n");
for await (const line of lines) if (line === "stop") break;
clearInterval(timer);
const limit = performance.now() + 60_000;
while (people.some(({ watched }) => watched.unsent().length > 0) && performance.now() < limit) await new Promise((done) => setTimeout(done, 100));
await new Promise((done) => setTimeout(done, 3_000));
const result = {
  entries: history.entries.map((entry) => ({ ...entry, at: entry.at + performance.timeOrigin })),
  screens: people.flatMap(({ watched }) => watched.screens()),
  unsent: people.flatMap(({ watched }) => watched.unsent()),
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
