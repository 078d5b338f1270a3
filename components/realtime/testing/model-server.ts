import type { ListAnswer, ServerEvent, State, SyncAnswer } from "#components/realtime/state.ts";
import { limits } from "#protocol/limits.ts";
import type { AnyMessage, Conversation, Message } from "#protocol/objects.ts";

/** For tests: a conversation as the server keeps it, the events it sends, and its answers at any moment. */
export type ModelServer = {
  append: (kind: "text" | "note", from: "customer" | "agent") => void;
  edit: (seq: number) => void;
  assign: (assigneeId: string | null) => void;
  /** Every event so far, in the order in which they were sent. */
  readonly sent: readonly ServerEvent[];
  sync: (question: { after: number; rev: number } | { before: number }, limit: number) => SyncAnswer;
  list: () => ListAnswer;
  heads: () => ServerEvent;
  hello: () => ServerEvent;
  readonly head: number;
};

export const modelIds = {
  conversation: "0197a000-0000-7000-8000-000000000001",
  customer: "0197a000-0000-7000-8000-000000000002",
  agent: "0197a000-0000-7000-8000-000000000003",
} as const;

/** `viewer` decides what is hidden: customers get the numbers of notes alone. */
export function createModelServer(viewer: State["kind"]): ModelServer {
  const messages: Message[] = [];
  const changes: number[] = [];
  const sent: ServerEvent[] = [];
  let assignee: Conversation["assignee"] = null;
  let clock = Date.parse("2026-01-01T00:00:00.000Z");
  let updatedAt = tick();

  function tick(): string {
    clock += 10_000;
    return new Date(clock).toISOString();
  }

  function present(message: Message): AnyMessage {
    const { conversationId, seq, kind } = message;
    return viewer === "customer" && kind === "note" ? { conversationId, seq, kind: "hidden" } : message;
  }

  function row(): Conversation {
    const shown = messages.filter((message) => message.kind !== "note");
    const asked = messages.filter((message) => message.senderRole === "customer");
    const answered = shown.findLast((message) => message.senderRole === "agent")?.seq ?? 0;
    return {
      id: modelIds.conversation,
      customer: { id: modelIds.customer, name: "Li Lei", avatarUrl: null, guest: true },
      status: "open",
      assignee,
      head: messages.length,
      rev: changes.length,
      lastMessage: shown.at(-1) ?? null,
      unread: asked.length,
      waitingSince: asked.find((message) => message.seq > answered)?.createdAt ?? null,
      snoozedUntil: null,
      priority: "normal",
      tags: [],
      createdAt: "2026-01-01T00:00:00.000Z",
      updatedAt,
      receipts: { customer: { delivered: 0, read: 0 }, staff: { delivered: 0, read: 0 } },
    };
  }

  function tellOfRow(): void {
    const { unread: _, ...shared } = row();
    const { id, status, head, rev, receipts } = shared;
    const conversation = viewer === "staff" ? shared : { id, status, assignee: shared.assignee, head, rev, receipts };
    sent.push({ name: "conversation:updated", payload: { conversation } });
  }

  function store(kind: Message["kind"], senderRole: Message["senderRole"]): Message {
    const seq = messages.length + 1;
    const message: Message = {
      id: `0197b000-0000-7000-8000-${String(seq).padStart(12, "0")}`,
      conversationId: modelIds.conversation,
      seq,
      kind,
      text: `message ${seq}`,
      attachments: [],
      senderId: senderRole === "customer" ? modelIds.customer : modelIds.agent,
      senderRole,
      senderName: senderRole,
      clientMsgId: null,
      replyTo: null,
      createdAt: tick(),
      editedAt: null,
      recalledAt: null,
    };
    messages.push(message);
    updatedAt = message.createdAt;
    return message;
  }

  function tellOfMessage(message: Message): void {
    sent.push({ name: "message:created", payload: { messages: [present(message)] } });
  }

  return {
    sent,
    get head() {
      return messages.length;
    },
    append(kind, from) {
      const message = store(kind, from);
      if (message.seq === 1) tellOfRow();
      tellOfMessage(message);
    },
    edit(seq) {
      const known = messages[seq - 1];
      if (known === undefined) return;
      changes.push(seq);
      updatedAt = tick();
      const message = { ...known, text: `message ${seq}, version ${changes.length}`, editedAt: updatedAt };
      messages[seq - 1] = message;
      sent.push({ name: "message:updated", payload: { messages: [present(message)], rev: changes.length } });
    },
    assign(assigneeId) {
      if (messages.length === 0) return;
      assignee = assigneeId === null ? null : { id: assigneeId, name: "Han Mei" };
      const line = store("system", "system");
      tellOfRow();
      tellOfMessage(line);
    },
    sync(question, limit) {
      const isBack = "before" in question;
      const fitting = messages.filter((message) => (isBack ? message.seq < question.before : message.seq > question.after));
      const page = isBack ? fitting.slice(-limit) : fitting.slice(0, limit);
      const changed = new Set(isBack ? [] : changes.slice(question.rev));
      return {
        conversationId: modelIds.conversation,
        messages: page.map(present),
        updated: messages.filter((message) => changed.has(message.seq)).map(present),
        head: messages.length,
        rev: changes.length,
        more: page.length < fitting.length,
      };
    },
    list() {
      const mine = assignee?.id === modelIds.agent ? 1 : 0;
      const all = messages.length === 0 ? 0 : 1;
      return { conversations: all === 0 ? [] : [row()], cursor: null, counts: { mine, unassigned: assignee === null ? all : 0, all, resolved: 0 } };
    },
    heads() {
      const heads: Record<string, { head: number; rev: number }> = {};
      if (messages.length > 0) heads[modelIds.conversation] = { head: messages.length, rev: changes.length };
      return { name: "conversation:heads", payload: { heads } };
    },
    hello: () => ({
      name: "hello",
      payload: {
        sessionId: "0197a000-0000-7000-8000-000000000009",
        user: { id: viewer === "staff" ? modelIds.agent : modelIds.customer, role: viewer === "staff" ? "agent" : "customer", name: "me", avatarUrl: null, guest: false, externalId: null },
        conversationId: viewer === "customer" && messages.length > 0 ? modelIds.conversation : null,
        serverTime: new Date(clock).toISOString(),
        heartbeatMs: limits.heartbeatMs,
        epoch: "one",
        limits: { ...limits },
      },
    }),
  };
}
