import type { Identity } from "#server/auth/identity.ts";
import type { Limits } from "#server/auth/limits.ts";
import type { Revocation } from "#server/auth/revocation.ts";
import type { Platform } from "#server/platform.ts";

import type { BatchLoader } from "./batch-loader.ts";
import type { Delivery } from "./delivery.ts";
import type { RecentChanges } from "./heads.ts";
import type { Hooks } from "./hooks.ts";
import type { MessageWriter } from "./message-writer.ts";
import type { NoticeCounts } from "./notices.ts";
import type { NoticeWatch } from "./notice-watch.ts";
import type { PresenceBoard } from "./presence-board.ts";
import type { Questions } from "./questions.ts";
import type { RecentMap } from "./recent-map.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import type { Told } from "./told.ts";
import type { WebhookRegistry } from "./webhook-registry.ts";
import type { WaiterRoom } from "./waiters.ts";

/** One running node: the platform and everything that this node alone keeps in memory. */
export type Node = Platform & {
  readonly limits: Limits;
  readonly revocation: Revocation;
  readonly sessions: Sessions;
  readonly hooks: Hooks;
  readonly delivery: Delivery;
  readonly told: Told;
  readonly writer: MessageWriter;
  readonly presence: PresenceBoard;
  readonly questions: Questions;
  readonly waiters: WaiterRoom;
  readonly notices: NoticeWatch;
  readonly noticeCounts: NoticeCounts;
  readonly webhooks: WebhookRegistry;
  readonly recentChanges: RecentChanges;
  /** Which conversation a customer wrote into last: a hint that the write checks. */
  readonly currentConversations: RecentMap<string, string>;
  /** A customer's newest conversation, or null. */
  readonly newestConversations: BatchLoader<string, string | null>;
  /** Identifies this state of the database; changes when it was restored. */
  epoch: string;
  /** True from the first moment of a stop. */
  draining: boolean;
};

/** Who asks, over which connection. */
export type Context = {
  readonly node: Node;
  readonly identity: Identity | null;
  readonly session: Session | null;
  /** The client's address, for limits. */
  readonly address: string;
  /** Given by the gateway where it has one; made when an error needs it. */
  readonly requestId: string | null;
};

/** A context whose caller is known. */
export type Caller = Context & { readonly identity: Identity };
