import { randomUUID } from "node:crypto";

import { io, type Socket } from "socket.io-client";

import { check } from "#faults/checker.ts";
import { quantiles } from "#faults/delays.ts";
import { atMost, none, timed } from "#faults/findings.ts";
import { createHistory } from "#faults/history.ts";
import type { Row } from "#faults/row.ts";
import { command } from "#faults/stage/api.ts";
import { makeGuests } from "#faults/stage/people.ts";
import { readStored } from "#faults/stored.ts";
import { reasonOf } from "#faults/workload/repeats.ts";
import type { CommandData, CommandInput } from "#protocol/commands.ts";
import type { Answer } from "#protocol/errors.ts";
import type { Grant } from "#protocol/http.ts";

const senders = 20;

/** The same message five times at once, over sockets and over HTTP, at all nodes. */
export const sentFiveTimes: Row = {
  id: "F34",
  title: "every message is sent five times at once, over sockets and HTTP, at different nodes",
  amounts: { short: "800 messages", long: "8,000 messages" },
  promises: "P2 P4",
  async run({ stage, short }) {
    await stage.heal();
    const history = createHistory();
    const guests = await makeGuests(stage, senders);
    const urls = stage.nodes.map(({ url }) => url);
    const wrong: string[] = [];
    const times: number[] = [];
    await Promise.all(guests.map(async ({ token, user }, n) => {
      const sockets = await Promise.all(urls.map((url) => dial(url, token)));
      for (let m = 0; m < (short ? 40 : 400); m += 1) {
        const input: CommandInput<"message:send"> = { clientMsgId: randomUUID(), kind: "text", text: `${n} ${m}` };
        const who = `s${n}`;
        history.add({ kind: "invoke", who, senderId: user.id, clientMsgId: input.clientMsgId, text: `${n} ${m}`, lane: who });
        const begun = performance.now();
        const answers = await Promise.allSettled([
          ...sockets.map((socket) => send(socket, input)),
          ...urls.slice(0, 2).map((url) => command(url, "message:send", { token, input })),
        ]);
        times.push(performance.now() - begun);
        const fresh = answers.filter((answer) => answer.status === "fulfilled" && !answer.value.duplicate).length;
        if (fresh !== 1) wrong.push(`${who} ${m}: ${String(fresh)} of five were the first`);
        for (const answer of answers) {
          if (answer.status === "rejected") history.add({ kind: "fail", who, clientMsgId: input.clientMsgId, code: reasonOf(answer.reason).code });
          else history.add({ kind: "ok", who, clientMsgId: input.clientMsgId, id: answer.value.message.id, seq: answer.value.message.seq, conversationId: answer.value.message.conversationId });
        }
      }
      for (const socket of sockets) socket.close();
    }));
    const stored = await readStored(stage.postgres, guests.map(({ user }: Grant) => user.id));
    const { p50, p99 } = quantiles(times);
    return {
      verdict: check({ entries: history.entries, ...stored, screens: [], unsent: [] }),
      checks: [none("messages that were not the first exactly once", wrong), timed(atMost("all five answered, p99 ms", p99, 2_000))],
      figures: { sent: times.length * 5, stored: stored.rows.length, "five answers p50/p99": `${String(p50)} / ${String(p99)} ms` },
    };
  },
};

async function send(socket: Socket, input: CommandInput<"message:send">): Promise<CommandData<"message:send">> {
  const answer: Answer<CommandData<"message:send">> = await socket.timeout(10_000).emitWithAck("message:send", input);
  if (answer.ok) return answer.data;
  throw new Error(`${answer.error.code}: ${answer.error.message}`);
}

function dial(url: string, token: string): Promise<Socket> {
  const socket = io(url, { auth: { token, v: 1 }, transports: ["websocket"], forceNew: true, reconnection: false });
  return new Promise((resolve, reject) => {
    socket.once("hello", () => resolve(socket));
    socket.once("connect_error", reject);
  });
}
