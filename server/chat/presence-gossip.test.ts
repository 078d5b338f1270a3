import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Identity } from "#server/auth/identity.ts";
import type { Bus } from "#server/bus.ts";
import { createLog } from "#server/log.ts";

import type { Parcel } from "./delivery.ts";
import { createPresenceBoard, type PresenceBoard } from "./presence-board.ts";
import { gossipPresence } from "./presence-gossip.ts";
import type { Session } from "./session.ts";
import { createSessions } from "./sessions.ts";

const log = createLog({ level: "silent", pretty: false });

/** The same id for the same name. */
const idOf = (name: string): string => `00000000-0000-7000-8000-${Buffer.from(name).toString("hex").padStart(12, "0")}`;
const nameOf = (id: string): string => Buffer.from(id.slice(24), "hex").toString().replaceAll("\0", "");

/** The line between nodes, in the test's hand: it may lose, repeat and delay. */
type Air = { lost: (from: string, to: string) => boolean; repeats: () => boolean; delayMs: () => number };
type Place = { readonly id: string; readonly board: PresenceBoard; readonly told: Parcel[]; readonly stop: () => void; arrive(name: string): Session; deaf: boolean; kill(): void };

const nodes = new Map<string, { place: Place; listeners: Map<string, (payload: unknown, from: string) => void> }>();
let air: Air;

function start(id: string): Place {
  const listeners = new Map<string, (payload: unknown, from: string) => void>();
  const bus: Bus = {
    publish(topic, payload) {
      const text = JSON.stringify(payload);
      for (const [to, other] of nodes) {
        if (to === id || air.lost(id, to)) continue;
        for (let times = air.repeats() ? 2 : 1; times > 0; times -= 1) setTimeout(() => other.listeners.get(topic)?.(JSON.parse(text), id), air.delayMs());
      }
    },
    subscribe(topic, listener) {
      listeners.set(topic, listener);
      return () => void listeners.delete(topic);
    },
    health: () => "ok", hears: () => !place.deaf, peers: () => [], close: () => Promise.resolve(),
  };
  const told: Parcel[] = [];
  const board = createPresenceBoard({ deliverHere: (parcels) => void told.push(...parcels) });
  const sessions = createSessions();
  const stopGossip = gossipPresence({ id, bus, log, board });
  const place: Place = {
    id, board, told, deaf: false,
    stop: () => {
      stopGossip();
      board.close();
      nodes.delete(id);
    },
    kill() {
      nodes.delete(id);
      listeners.clear();
      const { lost } = air;
      air.lost = (from, to) => from === id || lost(from, to);
    },
    arrive(name) {
      const identity: Identity = {
        userId: idOf(name), role: "agent", name, guest: false, externalId: null, avatarUrl: null, signInId: "s", version: 1, expiresAt: new Date(Date.now() + 1e9), via: "access", scopes: null, locale: "en",
      };
      const session = sessions.add({ identity, gateway: "socketio", address: "::1", exempt: true, transport: { send() {}, join() {}, leave() {}, close() {}, backlog: () => ({ frames: 0, bytes: 0 }) } });
      board.arrive(session);
      return session;
    },
  };
  nodes.set(id, { place, listeners });
  return place;
}

const seen = ({ board }: Place): string[] => board.snapshot().users.map(({ name, sessions }) => `${name} ${sessions}`).sort();
const leftIn = ({ told }: Place): string[] => told.flatMap((parcel) => (parcel.event === "presence:changed" ? parcel.payload.left.map(nameOf) : []));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date"] });
  air = { lost: () => false, repeats: () => false, delayMs: () => 1 };
});

afterEach(() => {
  for (const { place } of nodes.values()) place.stop();
  nodes.clear();
  vi.useRealTimers();
});

describe("presence on several nodes", () => {
  it("adds up the sessions of one user, and shows the page and status of whichever did something last", async () => {
    const [a, b] = [start("a"), start("b")];
    const one = a.arrive("mei");
    await vi.advanceTimersByTimeAsync(1_000);
    const two = b.arrive("mei");
    await vi.advanceTimersByTimeAsync(1_000);
    expect([seen(a), seen(b)]).toEqual([["mei 2"], ["mei 2"]]);
    one.status = "busy";
    a.board.touch(one);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(two.status).toBe("busy");
    expect(b.board.snapshot().users).toMatchObject([{ status: "busy", sessions: 2 }]);
    expect(b.board.snapshot().counts).toEqual({ customers: 0, agents: 1, sessions: 2 });
  });

  it("tells a node that begins later of everyone, and forgets a node that says goodbye", async () => {
    const a = start("a");
    a.arrive("mei");
    await vi.advanceTimersByTimeAsync(60_000);
    const b = start("b");
    await vi.advanceTimersByTimeAsync(1_000);
    expect([seen(b), b.board.isOnline(idOf("mei"))]).toEqual([["mei 1"], true]);
    a.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(b.board.isOnline(idOf("mei"))).toBe(false);
    expect(seen(b)).toEqual(["mei 0"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen(b)).toEqual([]);
  });

  it("does not blink when someone reconnects to another node within the grace time", async () => {
    const [a, b, c] = [start("a"), start("b"), start("c")];
    const session = a.arrive("mei");
    await vi.advanceTimersByTimeAsync(1_000);
    a.board.depart(session);
    await vi.advanceTimersByTimeAsync(8_000);
    expect([a, b, c].map(seen)).toEqual([["mei 0"], ["mei 0"], ["mei 0"]]);
    b.arrive("mei");
    await vi.advanceTimersByTimeAsync(60_000);
    expect([a, b, c].map(seen)).toEqual([["mei 1"], ["mei 1"], ["mei 1"]]);
    expect([a, b, c].flatMap(leftIn)).toEqual([]);
  });

  it("lets the people of a node that died go within 25 s, and nobody of the others", async () => {
    const [a, b] = [start("a"), start("b")];
    a.arrive("mei");
    b.arrive("bo");
    await vi.advanceTimersByTimeAsync(7_000);
    a.kill();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(b.board.isOnline(idOf("mei"))).toBe(true);
    await vi.advanceTimersByTimeAsync(16_000);
    expect([seen(b), leftIn(b)]).toEqual([["bo 1"], ["mei"]]);
  });

  it("keeps what it knew of the others for 30 s while it hears nothing, and has them back at once afterwards", async () => {
    const [a, b] = [start("a"), start("b")];
    a.arrive("mei");
    await vi.advanceTimersByTimeAsync(6_000);
    air.lost = () => true;
    b.deaf = true;
    await vi.advanceTimersByTimeAsync(24_000);
    expect(b.board.isOnline(idOf("mei"))).toBe(true);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(b.board.isOnline(idOf("mei"))).toBe(false);
    air.lost = () => false;
    b.deaf = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(b.board.isOnline(idOf("mei"))).toBe(true);
    expect(leftIn(b)).toEqual([]);
  });

  it("agrees on every node with the truth once the bus works again, whatever it lost, repeated and reordered", async () => {
    const step = fc.record({ node: fc.nat(2), user: fc.nat(5), deed: fc.constantFrom("arrive", "arrive", "depart", "touch"), waitMs: fc.nat(1_500) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), fc.infiniteStream(fc.nat(99)), async (steps, chance) => {
        const dice = (percent: number): boolean => (chance.next().value ?? 0) < percent;
        const places = [start("a"), start("b"), start("c")];
        const live: { place: Place; session: Session }[] = [];
        air = { lost: () => dice(30), repeats: () => dice(30), delayMs: () => (dice(30) ? 700 : 1) };
        for (const { node, user, deed, waitMs } of steps) {
          const place = places[node];
          if (place === undefined) continue;
          const at = live.findIndex((one) => one.place === place && one.session.identity.name === `u${user}`);
          const known = live[at];
          if (deed === "arrive") live.push({ place, session: place.arrive(`u${user}`) });
          else if (known !== undefined && deed === "touch") place.board.touch(known.session);
          else if (known !== undefined) {
            place.board.depart(known.session);
            live.splice(at, 1);
          }
          await vi.advanceTimersByTimeAsync(waitMs);
        }
        air = { lost: () => false, repeats: () => false, delayMs: () => 1 };
        await vi.advanceTimersByTimeAsync(20_000);
        const sums = new Map<string, number>();
        for (const { session: { identity: { name } } } of live) sums.set(name, (sums.get(name) ?? 0) + 1);
        const truth = [...sums].map(([name, count]) => `${name} ${count}`).sort();
        const views = places.map(seen);
        for (const place of places) place.stop();
        expect(views).toEqual([truth, truth, truth]);
      }),
      { numRuns: 60 },
    );
  });
});
