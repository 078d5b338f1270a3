import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Conversation, Message } from "#protocol/objects.ts";

import { createMarks } from "./marks.ts";
import { initialState, type State } from "./state.ts";
import { createModelServer } from "./testing/model-server.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const model = createModelServer("staff");
model.append("text", "customer");
const [row] = model.list().conversations;
const [message] = model.sync({ after: 0, rev: 0 }, 1).messages;

function conversations(count: number): Conversation[] {
  return Array.from({ length: count }, (_, n) => {
    if (row === undefined) throw new Error("the model has no conversation");
    return { ...row, id: `conversation ${String(n)}` };
  });
}

function news(list: readonly Conversation[]): Message[] {
  if (message === undefined || message.kind === "hidden") throw new Error("the model has no message");
  return list.map(({ id }) => ({ ...message, conversationId: id }));
}

/** An agent who has these conversations in the list and none of them open. */
function open(list: readonly Conversation[], answer: () => Promise<unknown> = async () => undefined) {
  const held: { state: State } = { state: { ...initialState("staff"), conversations: new Map(list.map((one) => [one.id, one])) } };
  const told: string[] = [];
  const marks = createMarks({
    read: () => held.state,
    write: (change) => {
      held.state = change(held.state);
    },
    mark: async ({ conversationId = "" }) => {
      told.push(conversationId);
      await answer();
      return { receipts: { customer: { delivered: 0, read: 0 }, staff: { delivered: 1, read: 0 } } };
    },
    isLive: () => true,
  });
  return { held, told, marks };
}

describe("the marks of an agent", () => {
  it("confirm what is nobody's a little at a time, and all of it in the end", async () => {
    const list = conversations(50);
    const { told, marks } = open(list);
    marks.receive(news(list));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(told.length).toBeGreaterThan(4);
    expect(told.length).toBeLessThan(21);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(told.toSorted()).toEqual(list.map(({ id }) => id).toSorted());
  });

  it("leave out what someone else took over meanwhile", async () => {
    const list = conversations(3);
    const { held, told, marks } = open(list);
    marks.receive(news(list));
    const taken = list.map((one) => [one.id, { ...one, assignee: { id: "someone else", name: "Mei" } }] as const);
    held.state = { ...held.state, conversations: new Map(taken) };
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([]);
  });

  it("confirm what is read without waiting for a turn", async () => {
    const list = conversations(50);
    const { told, marks } = open(list);
    marks.receive(news(list));
    marks.read("conversation 7", 1);
    await vi.advanceTimersByTimeAsync(500);
    expect(told).toContain("conversation 7");
  });

  it("wait for the answer to one before the next is told", async () => {
    const list = conversations(10);
    const { told, marks } = open(list, () => new Promise(() => {}));
    for (const { id } of list) marks.read(id, 1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual(["conversation 0"]);
  });
});
