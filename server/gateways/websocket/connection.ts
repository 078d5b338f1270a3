import type { RawData, WebSocket } from "ws";

import { commands } from "#protocol/commands.ts";
import type { EventName, EventPayload } from "#protocol/events.ts";
import { limits } from "#protocol/limits.ts";
import type { AnyMessage } from "#protocol/objects.ts";

import { beginSession, endSession, type Guestbook } from "#server/chat/arrival.ts";
import { dispatch, reportError, requireCaller } from "#server/chat/dispatch.ts";
import { readMissed } from "#server/chat/missed.ts";
import type { Context, Node } from "#server/chat/node.ts";
import { markRead } from "#server/chat/receipts.ts";
import { RecentMap } from "#server/chat/recent-map.ts";
import { rooms } from "#server/chat/rooms.ts";
import type { Session } from "#server/chat/session.ts";
import { DomainError } from "#server/errors.ts";
import { closingCodes } from "#server/gateways/closing-codes.ts";
import { createCommandQueue } from "#server/gateways/command-queue.ts";

import { createDeliveredMarks } from "./delivered-marks.ts";
import type { Dialect, Line } from "./dialect.ts";
import type { Encoder } from "./encoder.ts";
import { createMessageOrder } from "./message-order.ts";
import type { Listener, RoomIndex } from "./room-index.ts";
import { createWire, type Wire } from "./wire.ts";

/** What all connections of these gateways share on one node. */
export type Shared = {
  readonly node: Node;
  readonly index: RoomIndex;
  readonly encoder: Encoder;
  /** Marks of users who just left, on their way into the database: whoever comes back waits for them. */
  readonly leaving: Map<string, Promise<void>>;
};

/** Who came, to which gateway, with which query. */
export type Visit = { readonly guestbook: Guestbook; readonly dialect: Dialect; readonly query: URLSearchParams };

/** A connection that was let in. */
export type Connection = Pick<Wire, "look">;

const missedTexts = 20;
const volatile: ReadonlySet<EventName> = new Set(["typing", "presence:changed"]);

/** Lets a prepared visitor in and serves it until the connection ends. Errors: those of `beginSession`. */
export function serveClient({ node, index, encoder, leaving }: Shared, socket: WebSocket, { guestbook, dialect, query }: Visit): Connection {
  const { userId, role } = guestbook.identity;
  const sentHere = new RecentMap<string, true>(1_000);
  let live: Session | null = null;
  // Until a client that cannot catch up by itself has got what it missed, what happens waits.
  let backlog: (() => void)[] | null = dialect.shown ? [] : null;
  let arrived: readonly AnyMessage[] = [];

  const wire = createWire(socket, (ping) => marks.confirmed(ping));
  const marks = createDeliveredMarks({ ping: wire.ping, store: storeMarks });
  const queue = createCommandQueue(wire);
  const order = createMessageOrder({ show, fetch: fetchAfter, isWhole: () => role === "customer" || live?.rooms.has(rooms.waiters) === true });
  const line: Line = {
    node,
    query,
    identity: () => live?.identity ?? guestbook.identity,
    caller: () => requireCaller(contextNow()),
    say: (frame) => wire.send(Buffer.from(frame)),
    dispatch: (name, input) => dispatch(contextNow(), name, input),
    async attempt(what, work) {
      try {
        return { ok: true, data: await work() };
      } catch (error) {
        return { ok: false, error: reportError(contextNow(), error, what) };
      }
    },
    async beat() {
      const answer = await line.dispatch("heartbeat", {});
      return answer.ok ? null : answer.error;
    },
    sends: (clientMsgId) => sentHere.set(clientMsgId, true),
  };
  const voice = dialect.open(line);
  const listener: Listener = {
    get sessionId() {
      return live?.id ?? "";
    },
    hearsItself: dialect.shown,
    tell,
  };

  function contextNow(): Context {
    return { node, identity: line.identity(), session: live, address: guestbook.address, requestId: null };
  }

  function tell(event: EventName, payload: EventPayload<EventName>): void {
    if (!dialect.shown) send(event, payload, payload);
    else if (backlog === null) tellInOrder(event, payload);
    else {
      backlog.push(() => tellInOrder(event, payload));
      if (event === "message:created" && "messages" in payload) arrived = [...arrived, ...payload.messages];
    }
  }

  function tellInOrder(event: EventName, payload: EventPayload<EventName>): void {
    if (event === "message:created" && "messages" in payload) for (const message of payload.messages) order.take(message);
    else if (event === "conversation:heads" && "heads" in payload) for (const [conversationId, { head }] of Object.entries(payload.heads)) order.reach({ conversationId, head });
    else send(event, payload, payload);
  }

  function show(message: AnyMessage): void {
    if (message.kind === "hidden") return;
    const sentByThis = message.clientMsgId !== null && sentHere.get(message.clientMsgId) === true;
    if (dialect.echoes || !sentByThis) send("message:created", { messages: [message] }, message);
    if (role === "customer" ? message.senderId !== userId : message.senderRole === "customer") marks.sent(message.conversationId, message.seq);
  }

  function send(event: EventName, payload: EventPayload<EventName>, subject: object): void {
    const flavour = `${dialect.gateway} ${voice.flavour(event, payload)}`;
    for (const frame of encoder.encode(subject, flavour, () => voice.frames(event, payload))) wire.send(frame, volatile.has(event));
  }

  async function fetchAfter(conversationId: string, after: number): Promise<readonly AnyMessage[]> {
    const answer = await line.dispatch("conversation:sync", { conversationId, after, limit: limits.syncMessages });
    if (answer.ok) return commands["conversation:sync"].data.parse(answer.data).messages;
    if (answer.error.retryable) throw new DomainError(answer.error.code, answer.error.message);
    return [];
  }

  async function storeMarks(all: ReadonlyMap<string, number>): Promise<void> {
    // That something arrived is no command of the client's, and counts against none of its limits.
    for (const [conversationId, delivered] of all) await line.attempt("a mark", () => markRead(line.caller(), { conversationId, delivered }));
  }

  async function catchUp(): Promise<void> {
    await leaving.get(userId);
    const missed = await line.attempt("missed messages", () => readMissed(line.caller(), missedTexts));
    if (missed.ok) order.start(missed.data, arrived);
    const waiting = backlog ?? [];
    [backlog, arrived] = [null, []];
    for (const tellIt of waiting) tellIt();
  }

  async function hear(data: RawData, isBinary: boolean): Promise<void> {
    try {
      if (isBinary) throw new DomainError("bad_request", "Send text frames, not binary ones.");
      if (live?.ended === false) await voice.hear(readText(data));
    } catch (error) {
      voice.refuse(reportError(contextNow(), error, `a frame on ${dialect.gateway}`));
    }
  }

  function leave(session: Session): void {
    if (session.ended) return;
    endSession(node, session);
    for (const room of session.rooms) index.leave(room, listener);
    order.stop();
  }

  const session = beginSession(node, guestbook, {
    send: tell,
    join: (room) => index.join(room, listener),
    leave: (room) => index.leave(room, listener),
    backlog: wire.backlog,
    close(reason) {
      if (live !== null) leave(live);
      wire.close(closingCodes[reason], reason);
    },
  });
  live = session;
  if (dialect.shown) queue.push(catchUp);
  socket.on("message", (data, isBinary) => {
    if (session.ended) return;
    // Of what is large only one waits in memory.
    const large = sizeOf(data) > limits.frameBytes;
    if (large) wire.pause();
    queue.push(async () => {
      await hear(data, isBinary);
      if (large) wire.resume();
    });
  });
  socket.once("close", (code) => {
    leave(session);
    const stored = marks.close(code !== abnormal).finally(() => {
      if (leaving.get(userId) === stored) leaving.delete(userId);
    });
    leaving.set(userId, stored);
  });
  return wire;
}

/** What a connection ends with that nobody said goodbye on. */
const abnormal = 1006;

function readText(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString();
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)).toString();
}

function sizeOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, { length }) => sum + length, 0) : Buffer.isBuffer(data) ? data.length : data.byteLength;
}
