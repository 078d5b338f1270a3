import type { AnyMessage } from "#protocol/objects.ts";

import type { Head, Missed } from "#server/chat/missed.ts";
import { RecentMap } from "#server/chat/recent-map.ts";

/**
 * The order of one session whose client cannot order by itself: each conversation's messages pass in the order of
 * `seq`, once. What has a gap before it waits a moment for what is missing, which is then fetched.
 */
export type MessageOrder = {
  /**
   * Begins with what was missed: shows it, and takes all that is not above the heads for seen, but for what `arrived`
   * while it was looked up. Of that the look-up may not tell, as nobody misses what one's own other device wrote.
   */
  start(missed: Missed, arrived?: readonly AnyMessage[]): void;
  take(message: AnyMessage): void;
  /** A conversation has come so far; if this session has not, what it lacks is fetched. */
  reach(head: Head): void;
  stop(): void;
};

type Options = {
  readonly show: (message: AnyMessage) => void;
  /** Whether this session gets every message of such a conversation, so that a gap is a loss. */
  readonly isWhole: () => boolean;
  /** The messages after a seq, ascending; rejects when they cannot be had now. */
  readonly fetch: (conversationId: string, after: number) => Promise<readonly AnyMessage[]>;
};

type Track = {
  readonly conversationId: string;
  /** Everything up to here has passed; null until the first ones have. */
  have: number | null;
  readonly held: Map<number, AnyMessage>;
  timer: NodeJS.Timeout | null;
};

/** As long as our own clients wait before they ask. */
const gapMs = 300;
/** The first of a conversation that this session knows nothing of: two batches may overtake each other. */
const firstMs = 30;
const againMs = 1_000;
const tracksKept = 2_000;

export function createMessageOrder({ show, isWhole, fetch }: Options): MessageOrder {
  const tracks = new RecentMap<string, Track>(tracksKept);
  let stopped = false;

  function find(conversationId: string): Track {
    const known = tracks.get(conversationId);
    if (known !== undefined) return known;
    const track = { conversationId, have: null, held: new Map<number, AnyMessage>(), timer: null };
    tracks.set(conversationId, track);
    return track;
  }

  function wait(track: Track, ms: number): void {
    track.timer ??= setTimeout(() => {
      track.timer = null;
      void settle(track);
    }, ms);
  }

  function drain(track: Track): void {
    if (track.have === null) return;
    for (let next = track.held.get(track.have + 1); next !== undefined; next = track.held.get(track.have + 1)) {
      track.have += 1;
      track.held.delete(track.have);
      show(next);
    }
    if (track.held.size > 0) return wait(track, gapMs);
    if (track.timer !== null) clearTimeout(track.timer);
    track.timer = null;
  }

  /* What is held passes from its first one on: before it there is nothing that this session is to get. */
  function skip(track: Track): void {
    if (track.held.size === 0) return;
    track.have = Math.min(...track.held.keys()) - 1;
    drain(track);
  }

  async function settle(track: Track): Promise<void> {
    if (stopped) return;
    const { have } = track;
    if (have === null || !isWhole()) return skip(track);
    try {
      const found = await fetch(track.conversationId, have);
      if (stopped) return;
      for (const message of found) hold(track, message);
      drain(track);
      if (track.have === have) skip(track);
    } catch {
      wait(track, againMs);
    }
  }

  function hold(track: Track, message: AnyMessage): void {
    if (track.have === null || message.seq > track.have) track.held.set(message.seq, message);
  }

  function take(message: AnyMessage): void {
    const track = find(message.conversationId);
    if (message.seq === 1) track.have ??= 0;
    hold(track, message);
    if (track.have === null) wait(track, firstMs);
    else drain(track);
  }

  return {
    start({ heads, messages }, arrived = []) {
      for (const { conversationId, head } of heads) {
        const seqs = arrived.filter((message) => message.conversationId === conversationId).map(({ seq }) => seq);
        find(conversationId).have = Math.min(head, ...seqs.map((seq) => seq - 1));
      }
      for (const message of messages) {
        if (message.seq <= (find(message.conversationId).have ?? 0)) show(message);
        else take(message);
      }
    },
    take,
    reach({ conversationId, head }) {
      const track = tracks.get(conversationId);
      if (track !== undefined && track.have !== null && head > track.have && isWhole()) wait(track, gapMs);
    },
    stop() {
      stopped = true;
    },
  };
}
