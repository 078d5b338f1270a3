import { commands } from "#protocol/commands.ts";
import type { Answer } from "#protocol/errors.ts";
import type { EventName } from "#protocol/events.ts";
import { limits } from "#protocol/limits.ts";
import type { AnyMessage } from "#protocol/objects.ts";

import { readConversation } from "#server/chat/conversation-access.ts";
import { readMissed } from "#server/chat/missed.ts";
import type { Caller } from "#server/chat/node.ts";
import { rooms } from "#server/chat/rooms.ts";
import { DomainError } from "#server/errors.ts";
import { createDeliveredMarks } from "#server/gateways/websocket/delivered-marks.ts";
import { isNameOf } from "#server/gateways/websocket/identify.ts";
import { createMessageOrder, type MessageOrder } from "#server/gateways/websocket/message-order.ts";

import type { ServerFrame } from "./codec.ts";
import { type Feed, readFeed } from "./destinations.ts";
import type { Exception, Letter } from "./outlet.ts";
import { type Reader, readTexts, writeEvent, writePush, writeText } from "./topics.ts";

/** What one session has subscribed to. */
export type Subscriptions = {
  /** Errors: `bad_request`, `forbidden`, `not_found`, `rate_limited`. */
  add(headers: ReadonlyMap<string, string>): Promise<void>;
  /** Harmless for what is not subscribed. */
  remove(headers: ReadonlyMap<string, string>): Promise<void>;
  hear(letter: Letter, exception: Exception): void;
  /** Tells this session alone, on its queue, what became of something that it sent. */
  answer(headers: Readonly<Record<string, string>>, body: unknown): void;
  pong(ping: number): void;
  /** Resolves when all marks are stored. */
  close(inOrder: boolean): Promise<void>;
};

type Options = {
  readonly caller: () => Caller;
  readonly reader: () => Reader;
  /** A guest made for this connection: it calls itself what it likes. */
  readonly made: boolean;
  readonly dispatch: (name: string, input: unknown) => Promise<Answer<unknown>>;
  readonly send: (frame: ServerFrame, mayBeLost: boolean) => void;
  readonly ping: () => number;
};

type Subscription = { readonly id: string; readonly destination: string; readonly feed: Feed };
type Texts = { readonly kind: "single" | "public"; readonly order: MessageOrder; /** What comes before it has begun. */ early: AnyMessage[] | null };

const mostSubscriptions = 100;
const missedTexts = 20;
const volatile: ReadonlySet<EventName> = new Set(["typing", "presence:changed"]);
const noException: Exception = { other: false, own: false };

export function createSubscriptions({ caller, reader, made, dispatch, send, ping }: Options): Subscriptions {
  const subscriptions = new Map<string, Subscription>();
  const texts = new Map<Texts["kind"], Texts>();
  const marks = createDeliveredMarks({ ping, store: storeMarks });
  let hello: Letter | null = null;
  let sent = 0;

  function deliver({ id, destination }: Subscription, body: string, more: { event?: EventName | "ack" | "error"; headers?: Readonly<Record<string, string>> }): void {
    sent += 1;
    const { event, headers } = more;
    const named = { subscription: id, "message-id": String(sent), destination, "content-type": "application/json;charset=UTF-8" };
    const lossy = event !== undefined && event !== "ack" && event !== "error" && volatile.has(event);
    send({ command: "MESSAGE", headers: { ...named, ...(event === undefined ? {} : { event }), ...headers }, body }, lossy);
  }

  function ofKind(kind: Feed["kind"]): Subscription[] {
    return [...subscriptions.values()].filter(({ feed }) => feed.kind === kind);
  }

  function hearEvent(subscription: Subscription, letter: Letter, exception: Exception): void {
    const body = writeEvent(subscription.feed, letter, { reader: reader(), exception });
    if (body !== null) deliver(subscription, body, { event: letter.event });
  }

  function hearText(feed: Texts, letter: Letter): void {
    for (const message of readTexts(feed.kind, letter, reader())) {
      if (feed.early === null) feed.order.take(message);
      else feed.early.push(message);
    }
    const pushed = writePush(feed.kind, letter, reader());
    if (pushed !== null) for (const subscription of ofKind(feed.kind)) deliver(subscription, pushed, {});
    if (letter.event !== "conversation:heads" || !("heads" in letter.payload)) return;
    for (const [conversationId, { head }] of Object.entries(letter.payload.heads)) feed.order.reach({ conversationId, head });
  }

  function openTexts(kind: Texts["kind"]): Texts {
    const show = (message: AnyMessage): void => {
      if (message.kind === "hidden") return;
      const { role, userId } = reader();
      const body = writeText(kind, message, reader());
      if (body !== null) for (const subscription of ofKind(kind)) deliver(subscription, body, {});
      if (role === "customer" && message.senderId !== userId) marks.sent(message.conversationId, message.seq);
    };
    const isWhole = (): boolean => reader().role === "customer" || (kind === "public" && reader().waiter);
    return { kind, order: createMessageOrder({ show, fetch: fetchAfter, isWhole }), early: [] };
  }

  /* Texts begin with what the customer has missed; what happens meanwhile waits. */
  async function startTexts(kind: Texts["kind"], subscription: Subscription): Promise<void> {
    const known = texts.get(kind);
    subscriptions.set(subscription.id, subscription);
    if (known !== undefined) return;
    const feed = openTexts(kind);
    texts.set(kind, feed);
    try {
      const missed = reader().role === "customer" ? await readMissed(caller(), missedTexts) : { heads: [], messages: [] };
      feed.order.start(missed, feed.early ?? []);
    } finally {
      const early = feed.early ?? [];
      feed.early = null;
      for (const message of early) feed.order.take(message);
    }
  }

  async function fetchAfter(conversationId: string, after: number): Promise<readonly AnyMessage[]> {
    const answer = await dispatch("conversation:sync", { conversationId, after, limit: limits.syncMessages });
    if (answer.ok) return commands["conversation:sync"].data.parse(answer.data).messages;
    if (answer.error.retryable) throw new DomainError(answer.error.code, answer.error.message);
    return [];
  }

  async function storeMarks(all: ReadonlyMap<string, number>): Promise<void> {
    for (const [conversationId, delivered] of all) await dispatch("conversation:read", { conversationId, delivered });
  }

  function tell(occasion: "subscribed" | "unsubscribed", destination: string): void {
    const { node, identity, session } = caller();
    node.hooks.tell(occasion, { userId: identity.userId, session, destination });
  }

  /** Errors: `forbidden`, `not_found`. */
  async function admit(feed: Feed): Promise<void> {
    const asker = caller();
    const { identity, session } = asker;
    const refused = (feed.kind === "waiters" && session?.rooms.has(rooms.waiters) !== true) || (feed.kind === "single" && !made && !isNameOf(identity, feed.name));
    if (refused) throw forbidden();
    if (feed.kind !== "conversation") return;
    if (identity.role === "customer") await readConversation(asker, feed.conversationId);
    else await require(dispatch("conversation:open", { conversationId: feed.conversationId }));
  }

  return {
    async add(headers) {
      const id = needHeader(headers, "id");
      const destination = needHeader(headers, "destination");
      if (subscriptions.has(id)) throw new DomainError("bad_request", "There is a subscription of this id.");
      if (subscriptions.size >= mostSubscriptions) throw new DomainError("bad_request", `A connection may have at most ${mostSubscriptions} subscriptions.`);
      const feed = readFeed(destination);
      if (feed === null) throw forbidden();
      const { node, identity, address } = caller();
      await node.limits.consume("command", { key: identity.userId, address });
      await admit(feed);
      const subscription = { id, destination, feed };
      if (feed.kind === "single" || feed.kind === "public") await startTexts(feed.kind, subscription);
      else subscriptions.set(id, subscription);
      tell("subscribed", destination);
      if (feed.kind !== "events" || hello === null) return;
      hearEvent(subscription, hello, noException);
      hello = null;
    },

    async remove(headers) {
      const subscription = subscriptions.get(needHeader(headers, "id"));
      if (subscription === undefined) return;
      subscriptions.delete(subscription.id);
      tell("unsubscribed", subscription.destination);
      const { feed } = subscription;
      const left = ofKind(feed.kind);
      if ((feed.kind === "single" || feed.kind === "public") && left.length === 0) {
        texts.get(feed.kind)?.order.stop();
        texts.delete(feed.kind);
      }
      if (feed.kind !== "conversation" || reader().role === "customer") return;
      const { conversationId } = feed;
      const stillOpen = left.some((other) => other.feed.kind === "conversation" && other.feed.conversationId === conversationId);
      if (!stillOpen) await dispatch("conversation:close", { conversationId });
    },

    hear(letter, exception) {
      if (letter.event === "hello") hello = letter;
      for (const subscription of subscriptions.values()) hearEvent(subscription, letter, exception);
      for (const feed of texts.values()) hearText(feed, letter);
    },

    answer(headers, body) {
      const { event = "ack" } = headers;
      const text = JSON.stringify(body);
      for (const subscription of ofKind("events")) deliver(subscription, text, { event: event === "error" ? "error" : "ack", headers });
    },

    pong: (number) => marks.confirmed(number),

    close(inOrder) {
      for (const { order } of texts.values()) order.stop();
      return marks.close(inOrder);
    },
  };
}

/** Errors: `bad_request` when it is missing. */
export function needHeader(headers: ReadonlyMap<string, string>, name: string): string {
  const value = headers.get(name);
  if (value === undefined || value === "") throw new DomainError("bad_request", `The header ${name} is missing.`);
  return value;
}

async function require(answering: Promise<Answer<unknown>>): Promise<void> {
  const answer = await answering;
  if (!answer.ok) throw new DomainError(answer.error.code, answer.error.message, answer.error);
}

function forbidden(): DomainError {
  return new DomainError("forbidden", "This destination is not for you, or there is none.");
}
