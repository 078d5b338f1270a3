import { limits } from "#protocol/limits.ts";

/** After a line went silent the first attempts are given up sooner than usual, for the node behind it may hang too. */
const hurriedMs = [3_000, 5_000] as const;

/** Which way the next attempt takes, and how long it may take until `hello`. */
export type Detour = {
  /** Part of the address. A proxy that brings addresses to nodes has to count it in, so that it leads to another node. */
  readonly query: Readonly<Record<string, string>>;
  readonly limitMs: number;
  /** A line that stood went silent: what hangs may be the node. */
  leave: () => void;
  /** An attempt got no `hello` in time. Answers whether the next may follow at once. */
  giveUp: () => boolean;
  arrive: () => void;
};

/**
 * The way around a node that hangs: a system that stands still keeps its connections and takes new ones, so neither
 * the browser nor a proxy is told, and whoever is always brought to the same node would come back to it for ever.
 */
export function createDetour(): Detour {
  let way = 0;
  let hurried: number = hurriedMs.length;
  return {
    get query(): Record<string, string> {
      return way === 0 ? {} : { try: String(way) };
    },
    get limitMs() {
      return hurriedMs[hurried] ?? limits.handshakeMs;
    },
    leave() {
      way += 1;
      hurried = 0;
    },
    giveUp() {
      way += 1;
      const again = hurried < hurriedMs.length;
      hurried += 1;
      return again;
    },
    arrive() {
      hurried = hurriedMs.length;
    },
  };
}
