import { beforeAll, describe, expect, it } from "vitest";

import { events } from "#protocol/events.ts";
import { startCluster, startClusterNode } from "#server/testing/cluster.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { makeTestSettings, type TestNode } from "#server/testing/node.ts";
import { startRedis } from "#server/testing/redis.ts";


/* What reaches the other nodes when the bus does not work. */

/** Milliseconds from the acknowledgement of each message to its arrival at each watcher; the last one is how long none arrived. */
type Run = { readonly delays: number[]; readonly missing: number };

/** Has guests of `from` send 20 messages a second while `fault` runs; waits until all arrived, or 5 s longer. */
async function sendDuring(fault: () => Promise<void>, senders: readonly TestClient[], watchers: readonly TestClient[]): Promise<Run> {
  const sent = new Map<string, number>();
  const seen = watchers.map(() => new Map<string, number>());
  for (const [n, watcher] of watchers.entries()) {
    watcher.socket.on("message:created", (payload: unknown) => {
      for (const message of events["message:created"].parse(payload).messages) if ("id" in message && seen[n]?.has(message.id) === false) seen[n].set(message.id, performance.now());
    });
  }
  let going = true;
  const sending = senders.map(async (sender, n) => {
    for (let count = 0; going; count += 1) {
      const { id } = await sender.say(`${n}/${count}`);
      sent.set(id, performance.now());
      await new Promise<void>((resolve) => setTimeout(resolve, (1_000 * senders.length) / 20));
    }
  });
  await fault();
  going = false;
  await Promise.all(sending);
  const missing = (): number => seen.reduce((sum, ids) => sum + [...sent.keys()].filter((id) => !ids.has(id)).length, 0);
  await expect.poll(missing, { timeout: 8_000, interval: 50 }).toBe(0);
  const delays = seen.flatMap((ids) => [...ids].map(([id, at]) => at - (sent.get(id) ?? at))).sort((a, b) => a - b);
  return { delays, missing: missing() };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const p99 = ({ delays }: Run): number => delays[Math.floor(delays.length * 0.99)] ?? Infinity;

async function peopleOf(nodes: readonly TestNode[]): Promise<{ senders: TestClient[]; watchers: TestClient[] }> {
  const [first, ...others] = nodes;
  if (first === undefined) throw new Error("there is no node");
  const senders = [await connect(first, await makeGuest(first)), await connect(first, await makeGuest(first))];
  const watchers: TestClient[] = [];
  for (const node of others) {
    const watcher = await connect(node, await makeStaff(node));
    await watcher.call("waiter:register", {});
    watchers.push(watcher);
  }
  return { senders, watchers };
}

describe("while Redis fails", () => {
  it("loses nothing when it is killed and started again, and the other nodes are at most 2 s late", async () => {
    const { nodes, redis } = await startCluster();
    const { senders, watchers } = await peopleOf(nodes);
    const run = await sendDuring(async () => {
      await pause(500);
      await redis.stop();
      await pause(3_000);
      await startRedis({ port: redis.port });
      await pause(1_500);
    }, senders, watchers);
    expect(run.delays.length).toBeGreaterThan(80);
    expect(p99(run)).toBeLessThan(2_000);
  });

  it("loses nothing when it hangs, and answers no slower", async () => {
    const { nodes, redis } = await startCluster();
    const { senders, watchers } = await peopleOf(nodes);
    const answers: number[] = [];
    const run = await sendDuring(async () => {
      await pause(500);
      redis.pause();
      for (let n = 0; n < 20; n += 1) {
        const start = performance.now();
        await senders[0]?.call("conversation:read", { read: n });
        answers.push(performance.now() - start);
        await pause(200);
      }
      redis.resume();
      await pause(500);
    }, senders, watchers);
    expect(p99(run)).toBeLessThan(2_000);
    expect(Math.max(...answers)).toBeLessThan(250);
  });

  it("starts without it, and serves", async () => {
    const redis = await startRedis();
    await redis.stop();
    const settings = { ...await makeTestSettings(), REDIS_URL: redis.url };
    const [one, two] = [await startClusterNode(settings), await startClusterNode(settings)];
    const { senders: [guest], watchers: [agent] } = await peopleOf([one, two]);
    const message = await guest?.say("anyone?");
    const { messages } = await (agent ?? expect.fail()).next("message:created");
    expect(messages).toMatchObject([{ id: message?.id }]);
  });

  it("tells of edits, conversations, receipts, waiters and notices too", async () => {
    const { nodes: [one, two], redis } = await startCluster();
    const [guest, agent] = [await connect(one, await makeGuest(one)), await connect(two, await makeStaff(two))];
    await agent.call("waiter:register", {});
    const { conversationId, seq } = await guest.say("helo");
    await agent.next("message:created");
    await agent.call("conversation:open", { conversationId });
    await redis.stop();
    await guest.call("message:edit", { conversationId, seq, text: "hello" });
    expect((await agent.next("message:updated")).messages).toMatchObject([{ seq, text: "hello" }]);
    await agent.call("conversation:claim", { conversationId });
    await guest.next("conversation:updated", ({ conversation }) => conversation.assignee !== null);
    await agent.call("conversation:read", { conversationId, read: 2 });
    await guest.next("receipt:updated", ({ receipts }) => receipts.staff.read === 2);
    const colleague = await connect(one, await makeStaff(one));
    await colleague.call("waiter:register", {});
    await agent.next("waiter:changed", ({ waiters }) => waiters.some(({ userId }) => userId === colleague.user.id));
  });
});

describe("two nodes without Redis on one database", () => {
  let one: TestNode;
  let two: TestNode;

  beforeAll(async () => {
    const settings = await makeTestSettings();
    [one, two] = [await startClusterNode(settings), await startClusterNode(settings)];
  });

  it("deliver to each other all the same, and once, and say so in the log", async () => {
    const lines: string[] = [];
    Object.assign(two.node.log, { warn: (...words: unknown[]) => void lines.push(String(words.at(-1))) });
    const [guest, agent] = [await connect(one, await makeGuest(one)), await connect(two, await makeStaff(two))];
    await agent.call("waiter:register", {});
    const messages = [await guest.say("first")];
    await agent.next("message:created", ({ messages: found }) => found.some((message) => "id" in message && message.id === messages[0]?.id));
    const own = await agent.say("yes?", messages[0]?.conversationId);
    await guest.next("message:created", ({ messages: found }) => found.some((message) => "id" in message && message.id === own.id));
    messages.push(await guest.say("second"));
    await agent.next("message:created", ({ messages: found }) => found.some((message) => "id" in message && message.id === messages[1]?.id));
    await expect.poll(async () => {
      await guest.say("again");
      return lines;
    }, { timeout: 20_000, interval: 300 }).toEqual([expect.stringContaining("set REDIS_URL")]);
    const times = (id = ""): number => agent.received.filter(({ name, payload }) => name === "message:created" && JSON.stringify(payload).includes(id)).length;
    expect(messages.map(({ id }) => times(id))).toEqual([1, 1]);
  });
});
