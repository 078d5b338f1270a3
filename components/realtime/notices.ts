import type { CommandData, CommandInput } from "#protocol/commands.ts";
import type { NoticeMark } from "#protocol/objects.ts";

import { toCommandError } from "./command-error.ts";
import type { State } from "./state.ts";

export type NoticesOptions = {
  write: (change: (state: State) => State) => void;
  list: () => Promise<CommandData<"notice:list">>;
  mark: (input: CommandInput<"notice:mark">) => Promise<unknown>;
  now: () => string;
};

export type Notices = {
  mark: (noticeId: string, state: NoticeMark) => void;
  /** Tells what could not be told, then reads what is in force. Errors: CommandError. */
  refresh: () => Promise<void>;
};

/** The notices in force, and what I did with them; a mark made while the line is down is told later. */
export function createNotices({ write, list, mark, now }: NoticesOptions): Notices {
  const untold = new Map<string, CommandInput<"notice:mark">>();

  async function tell(key: string, input: CommandInput<"notice:mark">): Promise<void> {
    try {
      await mark(input);
      untold.delete(key);
    } catch (error) {
      if (!toCommandError(error).retryable) untold.delete(key);
    }
  }

  return {
    mark(noticeId, state) {
      const input = { noticeId, state };
      const key = `${noticeId} ${state}`;
      untold.set(key, input);
      write((before) => markLocally(before, input, now()));
      void tell(key, input);
    },
    async refresh() {
      await Promise.all([...untold].map(([key, input]) => tell(key, input)));
      const { notices } = await list();
      write((before) => {
        let next: State = { ...before, notices };
        for (const input of untold.values()) next = markLocally(next, input, now());
        return next;
      });
    },
  };
}

function markLocally(state: State, { noticeId, state: mark }: CommandInput<"notice:mark">, at: string): State {
  if (mark === "dismissed") return { ...state, notices: state.notices.filter((notice) => notice.id !== noticeId) };
  const notices = state.notices.map((notice) => {
    if (notice.id !== noticeId) return notice;
    const mine = notice.mine ?? { seenAt: null, dismissedAt: null, acknowledgedAt: null };
    const acknowledgedAt = mark === "acknowledged" ? (mine.acknowledgedAt ?? at) : mine.acknowledgedAt;
    return { ...notice, mine: { ...mine, seenAt: mine.seenAt ?? at, acknowledgedAt } };
  });
  return { ...state, notices };
}
