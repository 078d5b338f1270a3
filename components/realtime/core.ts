import { createStore, type StoreApi } from "zustand/vanilla";

import type { CommandData, CommandInput, CommandName } from "#protocol/commands.ts";
import type { Availability, ConversationFilter, NoticeMark, OwnConversation, Page } from "#protocol/objects.ts";

import { apply, changePending, changeThread, expireTyping } from "./apply.ts";
import { createAnnouncer, createInsist, type Wiring } from "./catch-up.ts";
import { createConnection } from "./connection.ts";
import { createFollower } from "./follow.ts";
import { get } from "./http.ts";
import { createMarks } from "./marks.ts";
import { createNotices } from "./notices.ts";
import { createOutbox } from "./outbox.ts";
import { pace } from "./pace.ts";
import type { StaffPart } from "./staff.ts";
import { initialState, type SendKind, type ServerEvent, type State } from "./state.ts";
import { emptyThread, trimThread } from "./thread.ts";
import type { TokenSource } from "./tokens.ts";
import { createTyping } from "./typing.ts";

export type ClientOptions = {
  tokens: TokenSource;
  /** Where the server is; left out: the page's own origin. */
  url?: string;
  /** Name of the outbox in this browser; left out: one per kind. */
  storage?: string;
};

export type SendOptions = {
  /** Staff: where to. Customers leave it out: the server knows their conversation. */
  conversationId?: string;
  /** Left out: `image` with files, else `text`. */
  kind?: SendKind;
  text?: string;
  files?: readonly File[];
  replyTo?: number | null;
};

/** The browser's side of the chat: a store of all that is shown, and what one can do. Safe to create while rendering. */
export type Client = {
  readonly store: StoreApi<State>;
  start: () => void;
  stop: () => void;
  retryNow: () => void;
  /** Hears every event after the store took it in (for sounds and pop-ups). Answers how to stop. */
  listen: (listener: (event: ServerEvent) => void) => () => void;
  /** Any command. Errors: CommandError; `unavailable` while there is no connection. */
  call: <Name extends CommandName>(name: Name, input: CommandInput<Name>) => Promise<CommandData<Name>>;
  /** Shows the message at once and sends it for certain. Answers its clientMsgId, or null when there is nothing to send. */
  send: (options: SendOptions) => string | null;
  retry: (clientMsgId: string) => void;
  discard: (clientMsgId: string) => void;
  cancelUpload: (clientMsgId: string, uploadId: string) => void;
  /** The local picture of an attachment that this page sent, so that it does not blink. */
  previewUrl: (attachmentId: string) => string | null;
  /** Staff: shows a conversation: from memory at once, then made complete. Customers' own is always open. */
  openThread: (conversationId: string) => void;
  closeThread: (conversationId: string) => void;
  /** One earlier page. Errors: CommandError. */
  loadBefore: (conversationId: string) => Promise<void>;
  /** Seen on a visible screen up to this number. Sent at most twice a second. */
  markRead: (conversationId: string, seq: number) => void;
  /** Call with `true` on every key: it starts, repeats and ends by itself. `null`: a customer's own conversation. */
  setTyping: (conversationId: string | null, on: boolean) => void;
  /** Staff: the first page of a list, or with `more` the next. Errors: CommandError. */
  loadList: (filter: ConversationFilter, more?: boolean) => Promise<void>;
  /** Staff: keeps `presence` live until told otherwise; survives reconnects. */
  watchPresence: (on: boolean) => void;
  /** Customers: the page they are on, for the panel of who is online. */
  setPage: (page: Page | null) => void;
  /** Staff: kept over reconnects. */
  setStatus: (status: Availability) => void;
  /** Shown at once; told to the server as soon as there is a connection. */
  markNotice: (noticeId: string, state: NoticeMark) => void;
  dismissUrge: (conversationId: string) => void;
};

/** A page of history may take this long on a slow line. */
const longAnswerMs = 15_000;
/** So many closed threads stay in memory, to open at once. */
const cachedThreads = 30;
/** A page that is looked at again asks what it may have missed, at most this often. */
const revisitMs = 15_000;

/** Makes a client; `start` connects it. Customers' pages pass no staff part, and carry none of its code. */
export function createCore({ tokens, url = "", storage }: ClientOptions, makeStaff: ((wiring: Wiring) => StaffPart) | null): Client {
  const kind = makeStaff === null ? "customer" : "staff";
  const store = createStore<State>(() => initialState(kind));
  const listeners = new Set<(event: ServerEvent) => void>();
  const read = () => store.getState();
  const write = (change: (state: State) => State) => store.setState(change, true);

  const connection = createConnection({ tokens, url, onEvent: receive, onStatus: (shown) => write((state) => ({ ...state, connection: shown })), onAwake: revisit });
  const { call, isLive } = connection;
  const marks = createMarks({ read, write, mark: (input) => call("conversation:read", input), isLive });
  const typing = createTyping({ call: (input) => call("typing", input), isLive });
  const follower = createFollower({
    read,
    write,
    isLive,
    sync: (input) => call("conversation:sync", input, longAnswerMs),
    onComplete: (thread) => marks.delivered(thread.conversationId, thread.have),
  });
  const notices = createNotices({
    write,
    list: () => call("notice:list", {}),
    mark: (input) => call("notice:mark", input),
    now: () => new Date(Date.now() + read().serverOffsetMs).toISOString(),
  });
  const wiring: Wiring = { read, write, call, isLive, follower, insist: createInsist(read, isLive) };
  const announcer = createAnnouncer(wiring);
  const staff = makeStaff?.(wiring) ?? null;
  const outbox = createOutbox({
    kind,
    name: storage ?? `xiaoer.${kind}`,
    me: () => read().me,
    isLive,
    send: (input) => call("message:send", input),
    change: (key, change) => write((state) => changePending(state, key, change)),
    onSent: (message) => receive({ name: "message:created", payload: { messages: [message] } }),
    onDurable: (outboxDurable) => write((state) => ({ ...state, outboxDurable })),
    /* Loaded with the first picture: most pages never send one. */
    upload: async (file, target) => (await import("./upload-picture.ts")).uploadPicture(file, target, { tokens, url }),
    measure: async (blob) => (await import("./image.ts")).measureImage(blob),
  });

  let typingTimer: ReturnType<typeof setInterval> | undefined;
  let visitedAt = 0;

  function receive(event: ServerEvent): void {
    write((state) => (staff ?? { apply }).apply(state, event));
    if (event.name === "hello") void begin();
    if (event.name === "message:created") {
      for (const message of event.payload.messages) {
        if (message.kind !== "hidden" && message.clientMsgId !== null && message.senderId === read().me?.id) outbox.settle(message.clientMsgId);
      }
      marks.receive(event.payload.messages);
    }
    follower.check();
    staff?.check();
    for (const listener of listeners) listener(event);
  }

  /* A session began: events flow already; now comes what was missed. */
  async function begin(): Promise<void> {
    visitedAt = Date.now();
    outbox.wake();
    marks.wake();
    void wiring.insist(announcer.tell);
    void wiring.insist(notices.refresh);
    void wiring.insist(readOwn);
    const { sessionId } = read();
    await Promise.all(catchUpSteps().map(wiring.insist));
    if (isLive() && read().sessionId === sessionId) write((state) => (state.ready ? state : { ...state, ready: true }));
  }

  function catchUpSteps() {
    const { ownConversationId } = read();
    if (staff !== null) return staff.steps();
    return ownConversationId === null ? [] : [() => follower.verify(ownConversationId)];
  }

  /* Who answers and whether it is closed: events tell only of changes. */
  async function readOwn(): Promise<void> {
    const { ownConversationId: id, own } = read();
    if (staff !== null || id === null || own !== null) return;
    const { token } = await tokens.current();
    const conversation = await get<OwnConversation>(`${url}/api/v1/conversations/${id}`, token);
    if (read().own === null) write((state) => apply(state, { name: "conversation:updated", payload: { conversation } }));
  }

  function revisit(): void {
    if (Date.now() - visitedAt < revisitMs) return;
    visitedAt = Date.now();
    for (const step of catchUpSteps()) void wiring.insist(step);
  }

  function followThread(conversationId: string): void {
    write((state) => {
      const thread = state.threads.get(conversationId) ?? emptyThread(conversationId);
      return { ...state, threads: new Map(state.threads).set(conversationId, { ...thread, followed: true }) };
    });
    if (read().sessionId === null) return;
    if (staff === null) void follower.verify(conversationId);
    else staff.open(conversationId);
  }

  function unfollowThread(conversationId: string): void {
    write((state) => forgetOldest(changeThread(state, conversationId, trimThread)));
    typing.set(conversationId, false);
    staff?.close(conversationId);
  }

  return {
    store: pace(store),
    call,
    retryNow: connection.retryNow,
    start() {
      typingTimer ??= setInterval(() => write((state) => expireTyping(state, Date.now())), 1_000);
      write((state) => (state.me === null ? { ...state, me: tokens.known?.() ?? null } : state));
      outbox.open();
      connection.start();
    },
    stop() {
      clearInterval(typingTimer);
      typingTimer = undefined;
      follower.stop();
      staff?.stop();
      typing.stop();
      marks.stop();
      outbox.close();
      connection.stop();
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    send({ conversationId: to, kind: asked, text = "", files = [], replyTo = null }) {
      const conversationId = to ?? null;
      if (text.trim() === "" && files.length === 0) return null;
      const sendKind = asked ?? (files.length > 0 ? "image" : "text");
      const id = outbox.add({ conversationId, kind: sendKind, text, files, replyTo });
      typing.set(conversationId, false);
      if (!isLive()) connection.retryNow();
      return id;
    },
    retry: outbox.retry,
    discard: outbox.discard,
    cancelUpload: outbox.cancelUpload,
    previewUrl: outbox.previewUrl,
    openThread: followThread,
    closeThread: unfollowThread,
    loadBefore: follower.loadBefore,
    markRead: marks.read,
    setTyping: typing.set,
    loadList: async (filter, more = false) => staff?.loadList(filter, more),
    watchPresence: (on) => staff?.watchPresence(on),
    setPage: announcer.setPage,
    setStatus: announcer.setStatus,
    markNotice: notices.mark,
    dismissUrge(conversationId) {
      write((state) => ({ ...state, urges: new Map([...state.urges].filter(([id]) => id !== conversationId)) }));
    },
  };
}

function forgetOldest(state: State): State {
  const closed = [...state.threads.values()].filter((thread) => !thread.followed);
  if (closed.length <= cachedThreads) return state;
  const threads = new Map(state.threads);
  for (const { conversationId } of closed.slice(0, closed.length - cachedThreads)) threads.delete(conversationId);
  return { ...state, threads };
}
