import type { ConversationFilter } from "#protocol/objects.ts";

import { changeThread } from "./apply.ts";
import { applyForStaff } from "./apply-staff.ts";
import type { Step, Wiring } from "./catch-up.ts";
import { createLists } from "./lists.ts";
import { putConversation } from "./rows.ts";
import type { ServerEvent, State, Thread } from "./state.ts";
import { receiveHead, receiveReceipts } from "./thread.ts";

/** What the console has and a customer's page does without. */
export type StaffPart = {
  apply: (state: State, event: ServerEvent) => State;
  /** What a new session asks for first. */
  steps: () => Step[];
  /** After each event: asks again for what it left in doubt. */
  check: () => void;
  open: (conversationId: string) => void;
  close: (conversationId: string) => void;
  loadList: (filter: ConversationFilter, more: boolean) => Promise<void>;
  watchPresence: (on: boolean) => void;
  stop: () => void;
};

/** The lists, the open conversations, the waiters and the panel of who is online. */
export function createStaffPart({ read, write, call, isLive, follower, insist }: Wiring): StaffPart {
  const lists = createLists({ read, write, list: (input) => call("conversation:list", input), isLive });
  let watching = false;
  let asking: Promise<void> | null = null;

  async function openOne(id: string): Promise<void> {
    const { conversation } = await call("conversation:open", { conversationId: id });
    if (read().threads.get(id)?.followed !== true) return;
    const { head, rev, receipts, unread = 0 } = conversation;
    write((state) => changeThread(putConversation(state, conversation), id, (thread) => receiveReceipts(receiveHead(thread, head, rev), receipts)));
    await follower.verify(id);
    if (unread > 0) write((state) => changeThread(state, id, (thread) => ({ ...thread, unreadFrom: thread.unreadFrom ?? findUnread(thread, unread) })));
  }

  function askPresence(): Promise<void> {
    asking ??= readPresence().finally(() => {
      asking = null;
    });
    return asking;
  }

  async function readPresence(): Promise<void> {
    const { version, users, counts } = await call("presence:watch", {});
    const byId = new Map(users.map((user) => [user.userId, user]));
    write((state) => ({ ...state, presence: { watching, version, users: byId, counts } }));
  }

  async function readWaiters(): Promise<void> {
    const { waiters } = await call("waiter:list", {});
    write((state) => ({ ...state, waiters }));
  }

  return {
    apply: applyForStaff,
    steps() {
      const open = [...read().threads.values()].filter((thread) => thread.followed);
      return [lists.catchUp, readWaiters, ...open.map(({ conversationId }) => () => openOne(conversationId)), ...(watching ? [askPresence] : [])];
    },
    check() {
      lists.check();
      const { ready, presence } = read();
      if (watching && asking === null && isLive() && ready && !presence.watching) void insist(askPresence);
    },
    open(id) {
      if (isLive()) void insist(() => openOne(id));
    },
    close(id) {
      if (isLive()) call("conversation:close", { conversationId: id }).catch(() => {});
    },
    loadList: lists.load,
    watchPresence(on) {
      if (on === watching) return;
      watching = on;
      if (on && isLive()) void insist(askPresence);
      if (on) return;
      write((state) => ({ ...state, presence: { ...state.presence, watching: false } }));
      if (isLive()) call("presence:unwatch", {}).catch(() => {});
    },
    stop: lists.stop,
  };
}

/* The oldest of the customer's last `unread` messages; with fewer in memory, the oldest there. */
function findUnread(thread: Thread, unread: number): number | null {
  const asked = thread.messages.filter((message) => message.senderRole === "customer");
  return asked.at(-unread)?.seq ?? asked[0]?.seq ?? null;
}
