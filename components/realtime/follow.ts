import type { CommandData, CommandInput } from "#protocol/commands.ts";

import { changeThread } from "./apply.ts";
import { backoffMs } from "./backoff.ts";
import { toCommandError } from "./command-error.ts";
import type { State, Thread } from "./state.ts";
import { isBehind, isFarBehind, takeEarlierPage, takeLaterPage, takeNewestPage } from "./thread.ts";

/** A gap is often closed by the next frame: ask only when it is still there after this. */
const gapMs = 300;
const firstPage = 30;
const earlierPage = 50;
const laterPage = 200;
/** On a slow line a long page never arrives: after a failure pages get shorter. */
const shortestPage = 10;
/** Before the newest: higher than any number. */
const beyond = Number.MAX_SAFE_INTEGER;

export type FollowerOptions = {
  read: () => State;
  write: (change: (state: State) => State) => void;
  sync: (input: CommandInput<"conversation:sync">) => Promise<CommandData<"conversation:sync">>;
  isLive: () => boolean;
  /** A thread has just been made complete. */
  onComplete: (thread: Thread) => void;
};

export type Follower = {
  /** Looks at every followed thread and soon asks for what is missing. */
  check: () => void;
  /** Asks at once, also when nothing seems to be missing. */
  verify: (conversationId: string) => Promise<void>;
  loadBefore: (conversationId: string) => Promise<void>;
  stop: () => void;
};

/** Keeps the followed threads complete: whoever is behind is synced until nothing is missing. */
export function createFollower({ read, write, sync, isLive, onComplete }: FollowerOptions): Follower {
  const running = new Map<string, Promise<void>>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const failures = new Map<string, number>();
  let pageSize = laterPage;

  function plan(id: string, ms: number): void {
    if (timers.has(id) || running.has(id)) return;
    timers.set(
      id,
      setTimeout(() => {
        timers.delete(id);
        const thread = read().threads.get(id);
        if (thread?.followed === true && isBehind(thread)) void verify(id);
      }, ms),
    );
  }

  function verify(id: string): Promise<void> {
    const known = running.get(id);
    if (known !== undefined) return known;
    clearTimeout(timers.get(id));
    timers.delete(id);
    const work = run(id).then((retryMs) => {
      running.delete(id);
      if (retryMs !== null) plan(id, retryMs);
      else check();
    });
    running.set(id, work);
    return work;
  }

  /* Answers when to try again after a failure, or null. */
  async function run(id: string): Promise<number | null> {
    let more = false;
    try {
      for (let rounds = 0; isLive() && rounds < 100; rounds += 1) {
        const thread = read().threads.get(id);
        if (thread === undefined || (rounds > 0 && !more && !isBehind(thread))) break;
        more = await syncOnce(thread);
      }
      failures.delete(id);
      const thread = read().threads.get(id);
      if (thread !== undefined && thread.loaded && !isBehind(thread)) onComplete(thread);
      return null;
    } catch (error) {
      const attempt = failures.get(id) ?? 0;
      failures.set(id, attempt + 1);
      pageSize = Math.max(shortestPage, Math.floor(pageSize / 4));
      const { retryAfterMs, retryable } = toCommandError(error);
      return retryable ? (retryAfterMs ?? backoffMs(attempt)) : null;
    }
  }

  /* Answers whether to go on: more is waiting, or was changed than one answer holds. */
  async function syncOnce(thread: Thread): Promise<boolean> {
    const { conversationId: id, rev } = thread;
    const have = Math.min(thread.have, thread.anchor ?? Infinity);
    if (isFarBehind(thread)) {
      const answer = await sync({ conversationId: id, before: beyond, limit: firstPage });
      write((state) => changeThread(state, id, (current) => takeNewestPage(current, answer)));
      return true;
    }
    // From the last one on that is known: whether it still is the same tells whether the server was restored meanwhile.
    const answer = await sync({ conversationId: id, after: Math.max(0, have - 1), rev, limit: pageSize });
    pageSize = Math.min(laterPage, pageSize * 2);
    write((state) => changeThread(state, id, (current) => takeLaterPage(current, answer, { have, rev })));
    return answer.more || answer.updated.length > 0;
  }

  function check(): void {
    if (!isLive()) return;
    for (const thread of read().threads.values()) {
      if (thread.followed && isBehind(thread) && !failures.has(thread.conversationId)) plan(thread.conversationId, thread.loaded ? gapMs : 0);
    }
  }

  return {
    check,
    verify,
    async loadBefore(id) {
      const thread = read().threads.get(id);
      if (thread === undefined || !thread.loaded || !thread.hasMoreBefore || thread.loadingBefore) return;
      const mark = (loadingBefore: boolean) => write((state) => changeThread(state, id, (current) => ({ ...current, loadingBefore })));
      mark(true);
      try {
        const answer = await sync({ conversationId: id, before: thread.first, limit: earlierPage });
        write((state) => changeThread(state, id, (current) => takeEarlierPage(current, answer)));
      } catch (error) {
        mark(false);
        throw toCommandError(error);
      }
    },
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
