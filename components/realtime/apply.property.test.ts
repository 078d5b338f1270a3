import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { apply as applyForCustomer, changeThread } from "./apply.ts";
import { applyForStaff } from "./apply-staff.ts";
import { createModelServer, modelIds, type ModelServer } from "./testing/model-server.ts";
import { changedAt, takeList } from "./rows.ts";
import { initialState, type ServerEvent, type State, type SyncAnswer, type Thread } from "./state.ts";
import { emptyThread, isBehind, takeEarlierPage, takeLaterPage, takeNewestPage } from "./thread.ts";

const { conversation: id, agent } = modelIds;
const pageSize = 3;
const runs = 1_500;

/* What can happen, in any order: to the server, to the network, to the questions under way. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant("append" as const), note: fc.boolean(), agent: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("edit" as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("assign" as const), mine: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ does: fc.constant("arrive" as const), at: fc.nat(), again: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("lose" as const), at: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom("ask" as const, "askEarlier" as const, "askList" as const, "answer" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

type Answering = (state: State) => State;

/* A server whose conversation may have begun before anyone looks. */
const begun = fc.tuple(fc.boolean(), fc.array(step, { maxLength: 60 }));

function apply(state: State, event: ServerEvent): State {
  return state.kind === "staff" ? applyForStaff(state, event) : applyForCustomer(state, event);
}

function serve(kind: State["kind"], hasBegun: boolean): ModelServer {
  const server = createModelServer(kind);
  if (hasBegun) server.append("text", "customer");
  return server;
}

/** A browser that follows the conversation, with the frames and answers that are on their way to it. */
class Browser {
  state: State;
  private seen: number;
  private readonly frames: ServerEvent[] = [];
  private readonly answers: Answering[] = [];

  constructor(private readonly server: ModelServer, kind: State["kind"]) {
    this.seen = server.sent.length;
    const begun = apply(initialState(kind), server.hello());
    const thread: Thread = { ...(begun.threads.get(id) ?? emptyThread(id)), followed: true };
    this.state = kind === "customer" ? begun : takeList({ ...begun, threads: new Map([[id, thread]]) }, server.list(), { at: "2025", counts: begun.counts });
  }

  take(step: Step): void {
    const { server, frames } = this;
    frames.push(...server.sent.slice(this.seen));
    this.seen = server.sent.length;
    if (step.does === "append") server.append(step.note && step.agent ? "note" : "text", step.agent ? "agent" : "customer");
    else if (step.does === "edit") server.edit(1 + (step.at % Math.max(1, server.head)));
    else if (step.does === "assign") server.assign(step.mine ? agent : null);
    else if (step.does === "arrive") this.arrive(step.at % Math.min(4, Math.max(1, frames.length)), step.again);
    else if (step.does === "lose") frames.splice(step.at % Math.max(1, frames.length), 1);
    else if (step.does === "ask") this.ask();
    else if (step.does === "askEarlier") this.askEarlier();
    else if (step.does === "askList") this.askList();
    else this.answer();
  }

  private arrive(at: number, again: boolean): void {
    const frame = this.frames[at];
    if (frame === undefined) return;
    if (!again) this.frames.splice(at, 1);
    this.state = apply(this.state, frame);
  }

  private change(change: (thread: Thread) => Thread): Answering {
    return (state) => changeThread(state, id, change);
  }

  /* The answer is made now and arrives later: what happens between overtakes it. */
  private ask(): void {
    const thread = this.state.threads.get(id);
    if (thread === undefined) return;
    const { have, rev, loaded } = thread;
    const answer: SyncAnswer = this.server.sync(loaded ? { after: Math.max(0, have - 1), rev } : { before: Infinity }, pageSize);
    this.answers.push(this.change((current) => (loaded ? takeLaterPage(current, answer, { have, rev }) : takeNewestPage(current, answer))));
  }

  private askEarlier(): void {
    const thread = this.state.threads.get(id);
    if (thread?.loaded !== true || !thread.hasMoreBefore) return;
    const answer = this.server.sync({ before: thread.first }, pageSize);
    this.answers.push(this.change((current) => takeEarlierPage(current, answer)));
  }

  private askList(): void {
    if (this.state.kind !== "staff") return;
    const asked = { at: "2025", counts: this.state.counts };
    const answer = this.server.list();
    this.answers.push((state) => takeList(state, answer, asked));
  }

  private answer(): void {
    const next = this.answers.shift();
    if (next !== undefined) this.state = next(this.state);
  }

  /** The line is good again: everything on its way arrives, `heads` tell, and whoever is behind asks. */
  settle(): void {
    while (this.answers.length > 0) this.answer();
    this.state = apply(this.state, this.server.heads());
    for (let rounds = 0; rounds < 200; rounds += 1) {
      const thread = this.state.threads.get(id);
      if (thread !== undefined && isBehind(thread)) this.ask();
      else if (this.state.staleRows.size > 0 || this.state.staleCounts) this.askList();
      else return;
      this.answer();
    }
    throw new Error("it never settled");
  }

  loadAll(): void {
    for (let rounds = 0; rounds < 200 && this.state.threads.get(id)?.hasMoreBefore === true; rounds += 1) {
      this.askEarlier();
      this.answer();
      this.settle();
    }
  }
}

function shown(state: State) {
  const thread = state.threads.get(id);
  return { messages: thread?.messages, have: thread?.have, head: thread?.head, rev: thread?.rev, buffered: thread?.buffered.size };
}

function listed(state: State) {
  const rows = [...state.conversations.values()].map((row) => ({ ...row, updatedAt: changedAt(row), touchedAt: null }));
  return { rows, counts: state.counts };
}

describe.each(["customer", "staff"] as const)("the state of a %s", (kind) => {
  it("equals a fresh fetch after any loss, repeat, reordering and overtaking", () => {
    fc.assert(
      fc.property(begun, ([hasBegun, steps]) => {
        const server = serve(kind, hasBegun);
        const stale = new Browser(server, kind);
        for (const one of steps) stale.take(one);
        stale.settle();
        stale.loadAll();
        const fresh = new Browser(server, kind);
        fresh.settle();
        fresh.loadAll();
        expect(shown(stale.state)).toEqual(shown(fresh.state));
        expect(listed(stale.state)).toEqual(listed(fresh.state));
      }),
      { numRuns: runs },
    );
  });

  it("never shows a message twice, out of order or with one missing between", () => {
    fc.assert(
      fc.property(begun, ([hasBegun, steps]) => {
        const server = serve(kind, hasBegun);
        const browser = new Browser(server, kind);
        for (const one of steps) {
          browser.take(one);
          const thread = browser.state.threads.get(id);
          if (thread === undefined || !thread.loaded) continue;
          const expected = server.sync({ before: Infinity }, 1_000).messages.filter((message) => message.seq >= thread.first && message.seq <= thread.have && message.kind !== "hidden");
          expect(thread.messages.map((message) => message.seq)).toEqual(expected.map((message) => message.seq));
        }
      }),
      { numRuns: runs },
    );
  });

  it("is never mutated", () => {
    fc.assert(
      fc.property(begun, ([hasBegun, steps]) => {
        const browser = new Browser(serve(kind, hasBegun), kind);
        for (const one of steps) {
          const before = browser.state;
          const copy = structuredClone(before);
          browser.take(one);
          expect(before).toEqual(copy);
        }
      }),
      { numRuns: 200 },
    );
  });
});
