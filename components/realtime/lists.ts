import type { CommandData, CommandInput } from "#protocol/commands.ts";
import { limits } from "#protocol/limits.ts";
import type { ConversationFilter } from "#protocol/objects.ts";

import { backoffMs } from "./backoff.ts";
import { toCommandError } from "./command-error.ts";
import { changedAt, takeList } from "./rows.ts";
import type { ListWindow, State } from "./state.ts";

const pageSize = 50;
/** What changed shortly before we looked last may have been committed after. */
const overlapMs = 30_000;
const mostPages = 50;
/** What no event and no head tells of (a lost change of tags) is found this often. */
const lookMs = 120_000;

export type ListsOptions = {
  read: () => State;
  write: (change: (state: State) => State) => void;
  list: (input: CommandInput<"conversation:list">) => Promise<CommandData<"conversation:list">>;
  isLive: () => boolean;
};

export type Lists = {
  load: (filter: ConversationFilter, more: boolean) => Promise<void>;
  /** Reads what changed since the last look. Errors: CommandError. */
  catchUp: () => Promise<void>;
  /** Soon asks again for rows and counts that events left in doubt. */
  check: () => void;
  stop: () => void;
};

/** The console's lists: loaded page by page, then patched by events, and repaired by "what changed since". */
export function createLists({ read, write, list, isLive }: ListsOptions): Lists {
  let watermark: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let looking: ReturnType<typeof setInterval> | undefined;
  let repairs = 0;
  let repairedAt = 0;

  const serverNow = () => Date.now() + read().serverOffsetMs;
  const isUsed = () => Object.values(read().lists).some((window) => window.loaded || window.loading);

  function setWindow(filter: ConversationFilter, patch: Partial<ListWindow>): void {
    write((state) => ({ ...state, lists: { ...state.lists, [filter]: { ...state.lists[filter], ...patch } } }));
  }

  async function ask(input: CommandInput<"conversation:list">): Promise<CommandData<"conversation:list">> {
    const asked = { at: new Date(serverNow()).toISOString(), counts: read().counts };
    const answer = await list(input);
    write((state) => takeList(state, answer, asked));
    return answer;
  }

  async function load(filter: ConversationFilter, more: boolean): Promise<void> {
    const window = read().lists[filter];
    if (window.loading || (more && window.cursor === null)) return;
    setWindow(filter, { loading: true });
    watermark ??= serverNow();
    looking ??= setInterval(() => void (isLive() && catchUp().catch(() => {})), lookMs);
    try {
      const { conversations, cursor } = await ask({ filter, limit: pageSize, ...(more ? { cursor: window.cursor } : {}) });
      const last = conversations.at(-1);
      setWindow(filter, { loaded: true, loading: false, cursor, until: cursor === null || last === undefined ? null : changedAt(last) });
    } catch (error) {
      setWindow(filter, { loading: false });
      throw toCommandError(error);
    }
  }

  async function catchUp(): Promise<void> {
    if (watermark === null || !isUsed()) return;
    const begun = serverNow();
    const changedSince = new Date(watermark - overlapMs).toISOString();
    const doubted = read().staleRows;
    for (const filter of ["all", "resolved"] as const) {
      let cursor: string | null = null;
      for (let pages = 0; pages < mostPages; pages += 1) {
        const answer: CommandData<"conversation:list"> = await ask({ filter, changedSince, limit: limits.listConversations, cursor });
        cursor = answer.cursor;
        if (cursor === null) break;
      }
    }
    watermark = begun;
    /* Whatever was in doubt and is not in the answers is not listed for me. */
    write((state) => ({ ...state, staleRows: new Set([...state.staleRows].filter((id) => !doubted.has(id) || isMissing(state, id))) }));
  }

  function check(): void {
    const { staleRows, staleCounts } = read();
    if ((staleRows.size === 0 && !staleCounts) || timer !== undefined || !isLive() || !isUsed()) return;
    if (Date.now() - repairedAt > 30_000) repairs = 0;
    timer = setTimeout(() => void repair(), Math.min(15_000, 500 * 2 ** repairs));
    repairs += 1;
  }

  async function repair(): Promise<void> {
    let wait = 0;
    try {
      await catchUp();
    } catch (error) {
      wait = toCommandError(error).retryAfterMs ?? backoffMs(repairs);
    }
    repairedAt = Date.now();
    timer = setTimeout(() => {
      timer = undefined;
      check();
    }, wait);
  }

  return {
    load,
    catchUp,
    check,
    stop() {
      clearTimeout(timer);
      clearInterval(looking);
      timer = undefined;
      looking = undefined;
    },
  };
}

/* Known, but its unread count is not. */
function isMissing(state: State, id: string): boolean {
  const row = state.conversations.get(id);
  return row !== undefined && row.unread === undefined;
}
