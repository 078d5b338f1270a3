import type { BusHealth } from "./bus.ts";
import type { Envelope } from "./bus-envelope.ts";
import type { Log } from "./log.ts";

/** Every node says that it is there this often; hearing its own word again proves the whole way. */
export const beatMs = 400;
/** Whoever is silent for longer may be cut off: from then on the database is asked more often, so that nothing comes later than 2 s. */
const quietMs = 1_000;
/** Whoever is silent for longer counts as cut off. */
const silentMs = 2_500;
/** Whoever is silent for longer is gone. */
const goneMs = 15_000;
/** How long after a sign of loss the bus counts as degraded. */
const doubtMs = 60_000;
/** A repeat that comes later than this many messages is not recognised. */
const remembered = 10_000;

/** What one node knows of the others from what it hears, and what it concludes of the bus. Times are monotonic. */
export type BusWatch = {
  /** Our own beat came back. */
  echoed(sentAt: number): void;
  /** Answers whether the message is new: a bus may repeat. */
  accept(envelope: Envelope): boolean;
  /** The node says that it stops. */
  left(nodeId: string): void;
  /** Something of ours could not be published. */
  failed(): void;
  /** Called once per beat. */
  tick(): void;
  health(): BusHealth;
  hears(): boolean;
  peers(): string[];
};

type Peer = { heardAt: number; highest: number; seen: Set<number>; quiet: boolean; missed: boolean };

/** Makes the watch of a bus that was just opened. */
export function createBusWatch(log: Log): BusWatch {
  const peers = new Map<string, Peer>();
  let echoAt = -Infinity;
  let heardUntil = -Infinity;
  let doubtedAt = -Infinity;
  let tickedAt = performance.now();
  let told: BusHealth = "ok";

  const hears = (): boolean => performance.now() - echoAt < silentMs;
  const health = (): BusHealth => (hears() && performance.now() - doubtedAt >= doubtMs ? "ok" : "degraded");
  const doubt = (): void => {
    doubtedAt = performance.now();
  };

  return {
    echoed(sentAt) {
      const now = performance.now();
      // What was sent long ago says nothing of now: a Redis that hung brings it all at once.
      if (now - sentAt >= silentMs) return;
      // The first word of all ends no silence.
      if (heardUntil !== -Infinity && now - heardUntil >= silentMs) doubt();
      echoAt = sentAt;
      heardUntil = now;
    },

    accept({ from, number }) {
      const peer = peers.get(from) ?? { heardAt: 0, highest: number - 1, seen: new Set<number>(), quiet: false, missed: false };
      peers.set(from, peer);
      peer.heardAt = performance.now();
      if (peer.seen.has(number) || number <= peer.highest - remembered) return false;
      if (number > peer.highest + 1) doubt();
      peer.highest = Math.max(peer.highest, number);
      peer.seen.add(number);
      if (peer.seen.size > remembered) for (const oldest of [...peer.seen].slice(0, remembered / 10)) peer.seen.delete(oldest);
      return true;
    },

    left(nodeId) {
      peers.delete(nodeId);
    },

    failed: doubt,

    tick() {
      const now = performance.now();
      const paused = now - tickedAt - beatMs > silentMs;
      // Whoever was busy has not yet read what came meanwhile.
      const late = now - tickedAt > 2 * beatMs;
      tickedAt = now;
      for (const [id, peer] of peers) {
        // If it was this process that stood still, it is we who did not listen.
        if (paused) peer.heardAt = now;
        const silence = now - peer.heardAt;
        const quiet = silence > (late ? silentMs : quietMs);
        if (quiet && !peer.quiet) doubt();
        peer.quiet = quiet;
        peer.missed = silence > silentMs;
        if (silence > goneMs) peers.delete(id);
      }
      // Before the first word of all there is nothing to be missed.
      if (paused || (heardUntil !== -Infinity && now - echoAt > (late ? silentMs : quietMs))) doubt();
      if (health() === told) return;
      told = health();
      if (told === "ok") log.info("the bus between the nodes works again");
      else log.warn("the bus between the nodes is disturbed; what it loses is found in the database within a second or two");
    },

    health,
    hears,
    peers: () => [...peers].filter(([, { missed }]) => !missed).map(([id]) => id),
  };
}
