import * as z from "zod/mini";

import type { Bus } from "#server/bus.ts";
import type { Log } from "#server/log.ts";

import type { PresenceBoard } from "./presence-board.ts";
import { presenceRow } from "./presence-person.ts";

/*
 * Each node owns the truth about its own sessions and tells it: differences at once, numbered; a lease every
 * 5 s that names the number; everything when somebody asks. Whoever misses a number asks.
 */
const word = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("changed"), version: z.int(), rows: z.array(presenceRow), gone: z.array(z.string()) }),
  z.object({ kind: z.literal("lease"), version: z.int() }),
  z.object({ kind: z.literal("all"), version: z.int(), rows: z.array(presenceRow) }),
  /** Null: of everyone. */
  z.object({ kind: z.literal("ask"), of: z.nullable(z.string()) }),
  z.object({ kind: z.literal("bye") }),
]);
type Word = z.infer<typeof word>;

type Other = { version: number; readonly users: Set<string>; heardAt: number; asked: boolean };
type Parts = { readonly id: string; readonly bus: Bus; readonly log: Log; readonly board: PresenceBoard };

const topic = "presence";
/** Differences leave at most four times a second. */
const tickMs = 250;
const leaseMs = 5_000;
/** A node silent for 15 s is gone; less the time until that is noticed and told. */
const silentMs = 14_000;
/** While this node itself hears nothing, what it knows of the others is kept for so long. */
const staleMs = 30_000;
/** A node that stood still for longer is forgotten by the others: it says nothing until its own dead connections are noticed. */
const stoodStillMs = 5_000;
const quietMs = 1_000;

/** Exchanges presence with the other nodes; answers what says goodbye and stops. */
export function gossipPresence({ id, bus, log, board }: Parts): () => void {
  const others = new Map<string, Other>();
  const changed = new Set<string>();
  let version = 0;
  let wanted = true;
  let leasedAt = -Infinity;
  let tickedAt = performance.now();
  let quietUntil = 0;

  const say = (what: Word): void => bus.publish(topic, what);

  function drop(nodeId: string): void {
    const other = others.get(nodeId);
    others.delete(nodeId);
    for (const userId of other?.users ?? []) board.remote.remove(nodeId, userId);
  }

  function ask(nodeId: string, other: Other): void {
    if (other.asked) return;
    other.asked = true;
    say({ kind: "ask", of: nodeId });
  }

  function meet(nodeId: string): Other {
    const other = others.get(nodeId) ?? { version: -1, users: new Set<string>(), heardAt: 0, asked: false };
    others.set(nodeId, other);
    other.heardAt = performance.now();
    return other;
  }

  function take(nodeId: string, { version: next, rows, gone }: { version: number; rows: z.infer<typeof presenceRow>[]; gone: Iterable<string> }): void {
    const other = meet(nodeId);
    other.version = next;
    other.asked = false;
    for (const userId of gone) if (other.users.delete(userId)) board.remote.remove(nodeId, userId);
    for (const row of rows) {
      other.users.add(row.userId);
      board.remote.set(nodeId, row);
    }
  }

  function hear(payload: unknown, from: string): void {
    const read = z.safeParse(word, payload);
    if (!read.success) {
      log.warn("another node tells of presence what this one does not understand; do both run the same version?");
      return;
    }
    const said = read.data;
    if (said.kind === "bye") drop(from);
    else if (said.kind === "ask") wanted ||= said.of === null || said.of === id;
    else if (said.kind === "all") {
      const other = meet(from);
      const present = new Set(said.rows.map(({ userId }) => userId));
      if (said.version >= other.version) take(from, { ...said, gone: [...other.users].filter((userId) => !present.has(userId)) });
    } else {
      const other = meet(from);
      if (said.kind === "changed" && said.version === other.version + 1 && other.version >= 0) take(from, said);
      else if (said.version > other.version) ask(from, other);
    }
  }

  function forgetSilent(now: number): void {
    const limit = bus.hears() ? silentMs : staleMs;
    for (const [nodeId, { heardAt }] of others) if (now - heardAt > limit) drop(nodeId);
  }

  function tell(now: number): void {
    if (changed.size > 0) {
      version += 1;
      const rows = [...changed].map((userId) => board.own.row(userId));
      const gone = [...changed].filter((userId) => board.own.row(userId) === null);
      changed.clear();
      if (!wanted) say({ kind: "changed", version, rows: rows.filter((row) => row !== null), gone });
    }
    if (wanted) say({ kind: "all", version, rows: board.own.rows() });
    else if (now - leasedAt >= leaseMs) say({ kind: "lease", version });
    else return;
    wanted = false;
    leasedAt = now;
    // An answer may have been lost: the next word of that node is reason to ask again.
    for (const other of others.values()) other.asked = false;
  }

  function tick(): void {
    const now = performance.now();
    if (now - tickedAt > stoodStillMs) {
      quietUntil = now + quietMs;
      wanted = true;
      // It was we who did not listen.
      for (const other of others.values()) other.heardAt = Math.max(other.heardAt, now - silentMs + leaseMs + quietMs);
      say({ kind: "ask", of: null });
    }
    tickedAt = now;
    forgetSilent(now);
    if (now >= quietUntil) tell(now);
  }

  board.own.onChange((userId) => void changed.add(userId));
  const unsubscribe = bus.subscribe(topic, hear);
  const timer = setInterval(tick, tickMs);
  timer.unref();
  say({ kind: "ask", of: null });

  return () => {
    clearInterval(timer);
    unsubscribe();
    say({ kind: "bye" });
  };
}
