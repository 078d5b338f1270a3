import type { CommandData } from "#protocol/commands.ts";
import type { ErrorCode } from "#protocol/errors.ts";
import type { ByeCode, EventName, EventPayload } from "#protocol/events.ts";
import type {
  AnyMessage,
  Conversation,
  ConversationFilter,
  Message,
  Notice,
  OwnConversation,
  Presence,
  PresenceCounts,
  Receipts,
  User,
  Waiter,
} from "#protocol/objects.ts";

export type ConnectionStatus = "connecting" | "connected" | "reconnecting" | "offline" | "ended";

/**
 * `visible` tells whether a screen should speak of it: the first 1.5 s of any trouble are kept quiet.
 * `reason` says why it ended (null otherwise); an ended connection comes back only by `client.start()`.
 */
export type Connection = { status: ConnectionStatus; visible: boolean; reason: ByeCode | ErrorCode | null };

/**
 * One conversation's messages in memory: a window without a gap from `first` to `have`. `messages` are those of it
 * that are shown (a customer's hidden ones count for the numbers alone), ascending.
 */
export type Thread = {
  conversationId: string;
  /** False until the newest page has been fetched. */
  loaded: boolean;
  messages: readonly Message[];
  /** Lowest number of the window; `have + 1` while nothing is in it. */
  first: number;
  /** Highest number up to which nothing is missing. */
  have: number;
  /** Highest number known to exist. */
  head: number;
  /** Where `have` stood when the session began; null once this session has shown that the same messages stand there. */
  anchor: number | null;
  /** The edits and recalls that are taken in, and the newest known to exist. */
  rev: number;
  headRev: number;
  /** Messages that came before their predecessors. */
  buffered: ReadonlyMap<number, AnyMessage>;
  hasMoreBefore: boolean;
  loadingBefore: boolean;
  receipts: Receipts | null;
  /** The first message that was unread when the thread was opened: where a divider belongs. */
  unreadFrom: number | null;
  /** Followed threads are kept complete; others only take what happens to arrive. */
  followed: boolean;
};

export type UploadState = "waiting" | "uploading" | "done" | "failed";

/** A picture of a message that is not sent yet. `previewUrl` is a local object URL; `progress` runs from 0 to 1. */
export type Upload = {
  id: string;
  name: string;
  bytes: number;
  width: number | null;
  height: number | null;
  previewUrl: string | null;
  progress: number;
  state: UploadState;
};

export type SendKind = "text" | "image" | "file" | "note";
export type Failure = { code: ErrorCode; message: string; details: Record<string, unknown> | null };

/**
 * A message that this browser has promised to send. `sent` is acknowledged and waits only for its predecessors to
 * arrive; `failed` waits for the person to retry or discard.
 */
export type PendingMessage = {
  clientMsgId: string;
  conversationId: string | null;
  kind: SendKind;
  text: string;
  replyTo: number | null;
  createdAt: string;
  /** Its number, once acknowledged. */
  seq: number | null;
  state: "sending" | "sent" | "failed";
  failure: Failure | null;
  uploads: readonly Upload[];
};

/** Where an unsent message belongs: its conversation, or for customers always `own`. */
export type OutboxKey = string;
export const ownOutbox: OutboxKey = "own";

/** A row of the console's lists. `touchedAt`: its newest message, edit or recall that an event told of. */
export type Row = Conversation & { touchedAt?: string };

export type Typist = { userId: string; name: string; until: number };
export type Counts = CommandData<"conversation:list">["counts"];

/** How far one of the console's lists is loaded: rows changed before `until` have not been fetched yet. */
export type ListWindow = { loaded: boolean; loading: boolean; cursor: string | null; until: string | null };

export type Urge = { conversationId: string; customer: EventPayload<"conversation:urged">["customer"]; at: string };
export type PresenceState = {
  watching: boolean;
  version: number;
  users: ReadonlyMap<string, Presence>;
  counts: PresenceCounts;
};

/** All that the screens show. Never mutated: `apply` gives a new one that shares what did not change. */
export type State = {
  kind: "customer" | "staff";
  me: User | null;
  sessionId: string | null;
  epoch: string | null;
  /** Add to `Date.now()` for the server's time. */
  serverOffsetMs: number;
  connection: Connection;
  /** True once the first catching-up is done: from then on an empty list is really empty. */
  ready: boolean;
  /** The customer's newest conversation. */
  ownConversationId: string | null;
  own: OwnConversation | null;
  threads: ReadonlyMap<string, Thread>;
  outbox: ReadonlyMap<OutboxKey, readonly PendingMessage[]>;
  /** False when unsent messages would not survive a reload (the browser gives no storage). */
  outboxDurable: boolean;
  typing: ReadonlyMap<string, readonly Typist[]>;
  conversations: ReadonlyMap<string, Row>;
  lists: Readonly<Record<ConversationFilter, ListWindow>>;
  counts: Counts;
  /** Server time of the last answer that carried the counts. */
  countsAt: string;
  /** Rows and counts that events left in doubt; the client asks for them again. */
  staleRows: ReadonlySet<string>;
  staleCounts: boolean;
  waiters: readonly Waiter[];
  presence: PresenceState;
  /** In force for me and not dismissed, newest first. */
  notices: readonly Notice[];
  /** Staff: the latest of every notice that an event told of, with live counts. */
  noticeUpdates: ReadonlyMap<string, Notice>;
  urges: ReadonlyMap<string, Urge>;
};

/** An event of the server, as `apply` takes it. */
export type ServerEvent = {
  [Name in EventName]: { name: Name; payload: EventPayload<Name> };
}[EventName];

export type SyncAnswer = CommandData<"conversation:sync">;
export type ListAnswer = CommandData<"conversation:list">;

const noWindow: ListWindow = { loaded: false, loading: false, cursor: null, until: null };

/** The state before anything is known; safe to render on a server. */
export function initialState(kind: State["kind"]): State {
  return {
    kind,
    me: null,
    sessionId: null,
    epoch: null,
    serverOffsetMs: 0,
    connection: { status: "connecting", visible: false, reason: null },
    ready: false,
    ownConversationId: null,
    own: null,
    threads: new Map(),
    outbox: new Map(),
    outboxDurable: true,
    typing: new Map(),
    conversations: new Map(),
    lists: { mine: noWindow, unassigned: noWindow, all: noWindow, resolved: noWindow },
    counts: { mine: 0, unassigned: 0, all: 0, resolved: 0 },
    countsAt: "",
    staleRows: new Set(),
    staleCounts: false,
    waiters: [],
    presence: { watching: false, version: 0, users: new Map(), counts: { customers: 0, agents: 0, sessions: 0 } },
    notices: [],
    noticeUpdates: new Map(),
    urges: new Map(),
  };
}
