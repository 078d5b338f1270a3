import { v7 as uuid } from "uuid";

/** What every open console tab of this browser tells the others. */
export type TabWord = { tab: string; watchedId: string | null };

/** This tab among the others: who rings, and what the person looks at in any of them. */
export type Tabs = {
  /** Takes part from now on; answers how to leave. */
  join(): () => void;
  /** Whether this tab is the one that rings. */
  isLeader(): boolean;
  /** The conversation on the screen of any tab. */
  watchedId(): string | null;
  /** Tells the others what is on this tab's screen. */
  watch(conversationId: string | null): void;
  /** From now on this tab may be the one that rings. */
  stand(): void;
};

const lockName = "xiaoer.console.ringer";
const channelName = "xiaoer.console";

/**
 * The tabs of this browser. The first that may sound holds a lock as long as it lives; without Web Locks every tab
 * rings, which is better than none. Safe to create while rendering: `join` does the work.
 */
export function createTabs(): Tabs {
  const tab = uuid();
  const watching = new Map<string, string>();
  let channel: BroadcastChannel | null = null;
  let left = new AbortController();
  let isLeader = false;
  let stands = false;
  let release = () => {};

  function hear({ data }: MessageEvent<TabWord>): void {
    if (data.watchedId === null) watching.delete(data.tab);
    else watching.set(data.tab, data.watchedId);
  }

  function watch(conversationId: string | null): void {
    if ((watching.get(tab) ?? null) === conversationId) return;
    if (conversationId === null) watching.delete(tab);
    else watching.set(tab, conversationId);
    channel?.postMessage({ tab, watchedId: conversationId } satisfies TabWord);
  }

  function stand(): void {
    if (stands) return;
    stands = true;
    if (typeof navigator.locks === "undefined") {
      isLeader = true;
      return;
    }
    const lead = () => {
      isLeader = true;
      return new Promise<void>((done) => {
        release = done;
      });
    };
    // The only refusal is that this tab has left the queue.
    navigator.locks.request(lockName, { signal: left.signal }, lead).catch(() => {});
  }

  function leave(): void {
    watch(null);
    isLeader = false;
    stands = false;
    left.abort();
    left = new AbortController();
    release();
    channel?.close();
    channel = null;
  }

  return {
    join() {
      if (typeof BroadcastChannel === "undefined") return leave;
      channel = new BroadcastChannel(channelName);
      channel.addEventListener("message", hear);
      addEventListener("pagehide", () => watch(null), { signal: left.signal });
      return leave;
    },
    isLeader: () => isLeader,
    watchedId: () => watching.get(tab) ?? watching.values().next().value ?? null,
    watch,
    stand,
  };
}
