import type { EventPayload } from "#protocol/events.ts";
import type { Notice, Presence } from "#protocol/objects.ts";

import { apply } from "./apply.ts";
import { checkRows, patchEdited, patchRows, putConversation } from "./rows.ts";
import type { ServerEvent, State } from "./state.ts";
import { mergeReceipts } from "./thread.ts";

/** `apply` for the console: what everyone has, and the lists, colleagues, presence and calls for help. */
export function applyForStaff(before: State, event: ServerEvent, now = Date.now()): State {
  const state = apply(before, event, now);
  switch (event.name) {
    case "message:created":
      return patchRows(state, event.payload.messages);
    case "message:updated":
      return patchEdited(state, event.payload.messages, event.payload.rev);
    case "conversation:updated":
      return "customer" in event.payload.conversation ? putConversation(state, event.payload.conversation) : state;
    case "conversation:heads":
      return checkRows(state, event.payload.heads);
    case "receipt:updated":
      return applyReceipts(state, event.payload);
    case "waiter:changed":
      return { ...state, waiters: event.payload.waiters };
    case "conversation:urged":
      return { ...state, urges: new Map(state.urges).set(event.payload.conversationId, event.payload) };
    case "presence:changed":
      return applyPresence(state, event.payload);
    case "notice:pushed":
    case "notice:updated":
      return noteNotice(state, event.payload.notice);
    case "notice:withdrawn": {
      const known = state.noticeUpdates.get(event.payload.noticeId);
      return known === undefined ? state : noteNotice(state, { ...known, status: "withdrawn" });
    }
    default:
      return state;
  }
}

function applyReceipts(state: State, { conversationId: id, receipts, unread }: EventPayload<"receipt:updated">): State {
  const row = state.conversations.get(id);
  if (row === undefined) return state;
  const changed = { ...row, receipts: mergeReceipts(row.receipts, receipts), unread: unread ?? row.unread };
  return { ...state, conversations: new Map(state.conversations).set(id, changed) };
}

function applyPresence(state: State, change: EventPayload<"presence:changed">): State {
  const { presence } = state;
  if (!presence.watching || change.version <= presence.version) return state;
  /* One was missed: `watching` falls, and the client asks for the whole again. */
  if (change.version !== presence.version + 1) return { ...state, presence: { ...presence, watching: false } };
  const users = new Map<string, Presence>(presence.users);
  for (const userId of change.left) users.delete(userId);
  for (const user of [...change.joined, ...change.updated]) users.set(user.userId, user);
  return { ...state, presence: { watching: true, version: change.version, users, counts: change.counts } };
}

function noteNotice(state: State, notice: Notice): State {
  return { ...state, noticeUpdates: new Map(state.noticeUpdates).set(notice.id, notice) };
}
