import { type Answer, closeCodes, errors, type WireError } from "#protocol/errors.ts";
import { limits } from "#protocol/limits.ts";

import type { Identity } from "#server/auth/identity.ts";
import { beginSession, endSession, type Guestbook, prepareSession } from "#server/chat/arrival.ts";
import { dispatch, reportError, requireCaller } from "#server/chat/dispatch.ts";
import type { Caller, Context, Node } from "#server/chat/node.ts";
import { rooms } from "#server/chat/rooms.ts";
import type { Session, Transport } from "#server/chat/session.ts";
import { DomainError } from "#server/errors.ts";
import { closingCodes } from "#server/gateways/closing-codes.ts";
import { createCommandQueue } from "#server/gateways/command-queue.ts";

import type { Carrier, Rider } from "./carrier.ts";
import { sendChat } from "./chat.ts";
import { beat, type ClientFrame, createDecoder, encodeFrame, type ServerFrame, type Version, versions } from "./codec.ts";
import { readSendTarget } from "./destinations.ts";
import { agreeOnHeartBeats, type HeartBeats } from "./heart-beat.ts";
import { createLetter, type Listener, type StompOutlet } from "./outlet.ts";
import { createSubscriptions, needHeader, type Subscriptions } from "./subscriptions.ts";

/** What all connections of this gateway share on one node. */
export type Shared = {
  readonly node: Node;
  readonly outlet: StompOutlet;
  /** Marks of users who just left, on their way into the database: whoever comes back waits for them. */
  readonly leaving: Map<string, Promise<void>>;
};

/** Who knocks, before it has said who it is. */
export type Knock = {
  readonly address: string;
  /** The address asks for texts as they are. */
  readonly raw: boolean;
  /** Answers who it is, by the token that it shows or else by its request. `made`: a new guest, made for it. */
  identify(token: string | null): Promise<{ identity: Identity; made: boolean }>;
};

/** WebSocket's own code for errors that have none of ours. */
const protocolError = 1002;

/** Serves one STOMP connection over whatever carries it. */
export function serveStomp({ node, outlet, leaving }: Shared, knock: Knock, carrier: Carrier): Rider {
  const decoder = createDecoder();
  let version: Version | null = null;
  let greeted = false;
  let session: Session | null = null;
  let subscriptions: Subscriptions | null = null;
  let over = false;
  let unfinished: NodeJS.Timeout | null = null;
  let beating: NodeJS.Timeout | null = null;
  const handshake = setTimeout(() => end(closeCodes.handshakeTimeout, "handshake timeout"), limits.handshakeMs);

  const queue = createCommandQueue({
    pause() {
      watchUnfinished(false);
      carrier.pause();
    },
    resume() {
      watchUnfinished(decoder.unfinished);
      carrier.resume();
    },
  });
  const listener: Listener = {
    get sessionId() {
      return session?.id ?? "";
    },
    hear: (letter, exception) => subscriptions?.hear(letter, exception),
  };

  function say(frame: ServerFrame, mayBeLost = false): void {
    carrier.send(encodeFrame(frame, version ?? "1.1"), mayBeLost);
  }

  function contextNow(): Context {
    return { node, identity: session?.identity ?? null, session, address: knock.address, requestId: null };
  }

  function callerNow(): Caller {
    return requireCaller(contextNow());
  }

  /* A frame that was begun has to come to its end: a client that is silent between frames may be so for ever. */
  function watchUnfinished(watch: boolean): void {
    if (watch) unfinished ??= setTimeout(() => refuse(new DomainError("bad_request", "The frame was begun and not finished."), null), limits.handshakeMs);
    else if (unfinished !== null) {
      clearTimeout(unfinished);
      unfinished = null;
    }
  }

  /** The session is over for everyone else from here on. */
  function leave(): void {
    over = true;
    clearTimeout(handshake);
    watchUnfinished(false);
    if (beating !== null) clearInterval(beating);
    if (session === null || session.ended) return;
    endSession(node, session);
    for (const room of session.rooms) outlet.leave(room, listener);
  }

  function end(code: number, reason: string): void {
    if (over) return;
    leave();
    carrier.close(code, reason);
  }

  /** An ERROR, which is always the last that a client hears. */
  function refuse(thrown: unknown, frame: ClientFrame | null): void {
    if (over) return;
    fail(reportError(contextNow(), thrown, `a ${frame?.command ?? "frame"} on stomp`), frame);
  }

  function fail(error: WireError, frame: ClientFrame | null): void {
    const receipt = frame?.headers.get("receipt");
    const headers: Record<string, string> = { message: error.message, code: error.code, "content-type": "application/json;charset=UTF-8" };
    if (receipt !== undefined) headers["receipt-id"] = receipt;
    if (version === null) headers["version"] = versions.join(",");
    node.log.info({ code: error.code, command: frame?.command ?? null, requestId: error.requestId }, "a STOMP connection was refused");
    say({ command: "ERROR", headers, body: JSON.stringify(error) });
    end(errors[error.code].close ?? protocolError, error.code);
  }

  async function connect({ headers }: ClientFrame): Promise<void> {
    if (session !== null) throw new DomainError("bad_request", "CONNECT comes once.");
    if (version === null) throw new DomainError("bad_request", `Only STOMP ${versions.join(" and ")} are spoken here.`);
    const beats = agreeOnHeartBeats(headers.get("heart-beat"));
    const token = [headers.get("token"), headers.get("passcode")].find((one) => one !== undefined && one !== "") ?? null;
    const { identity, made } = await knock.identify(token);
    const guestbook = await prepareSession(node, { identity, gateway: "stomp", address: knock.address });
    await leaving.get(identity.userId);
    if (!over) begin(guestbook, { version, made, beats });
  }

  /* Without a pause, so that nothing slips by. */
  function begin(guestbook: Guestbook, { version: spoken, made, beats }: { version: Version; made: boolean; beats: HeartBeats }): void {
    const { userId, role } = guestbook.identity;
    subscriptions = createSubscriptions({
      made,
      caller: callerNow,
      reader: () => ({ userId, role, waiter: session?.rooms.has(rooms.waiters) === true, raw: knock.raw, origin: node.config.publicUrl }),
      dispatch: (name, input) => dispatch(contextNow(), name, input),
      send: say,
      ping: carrier.ping,
    });
    session = beginSession(node, guestbook, transport);
    clearTimeout(handshake);
    say({ command: "CONNECTED", headers: { version: spoken, "heart-beat": beats.header, session: session.id, server: "xiaoer", "user-name": userId } });
    // A little early, so that a beat is there when it is due.
    if (beats.everyMs !== null) beating = setInterval(() => carrier.send(beat), beats.everyMs * 0.9);
  }

  const transport: Transport = {
    send: (event, payload) => subscriptions?.hear(createLetter(event, payload), { other: false, own: false }),
    join: (room) => outlet.join(room, listener),
    leave: (room) => outlet.leave(room, listener),
    close: (reason) => end(closingCodes[reason], reason),
    backlog: () => carrier.backlog(),
  };

  /** Carries a SEND out. What is refused ends the connection only where a receipt was asked for. */
  async function send(frame: ClientFrame): Promise<void> {
    const { headers } = frame;
    if (headers.has("transaction")) throw noTransactions();
    const destination = needHeader(headers, "destination");
    const answer = await carryOut(destination, frame.body);
    const [id, receipt] = [headers.get("id"), headers.get("receipt")];
    const named = { ...(id === undefined ? {} : { id }), ...(receipt === undefined ? {} : { "receipt-id": receipt }) };
    if (answer.ok) subscriptions?.answer({ ...named, event: "ack", command: destination.slice("/app/".length) }, answer);
    else if (receipt === undefined) subscriptions?.answer({ ...named, event: "error", code: answer.error.code }, answer.error);
    else fail(answer.error, frame);
  }

  async function carryOut(destination: string, body: string): Promise<Answer<unknown>> {
    try {
      const target = readSendTarget(destination);
      if (target === null) throw new DomainError("forbidden", "Nothing can be sent to this destination.");
      const input = readInput(body);
      return target.kind === "command" ? await dispatch(contextNow(), target.name, input) : { ok: true, data: await sendChat(callerNow(), input) };
    } catch (error) {
      return { ok: false, error: reportError(contextNow(), error, "a SEND on stomp") };
    }
  }

  async function act(frame: ClientFrame): Promise<void> {
    const { command, headers } = frame;
    if (command === "CONNECT" || command === "STOMP") return connect(frame);
    if (session === null || subscriptions === null) throw new DomainError("bad_request", "CONNECT comes first.");
    if (command === "SEND") await send(frame);
    else if (command === "SUBSCRIBE") await subscriptions.add(headers);
    else if (command === "UNSUBSCRIBE") await subscriptions.remove(headers);
    else if (command === "BEGIN" || command === "COMMIT" || command === "ABORT") throw noTransactions();
    // Everything is delivered once and kept here: ACK and NACK have nothing to say.
    const receipt = headers.get("receipt");
    if (receipt !== undefined && !over) say({ command: "RECEIPT", headers: { "receipt-id": receipt } });
    if (command === "DISCONNECT") end(1000, "DISCONNECT");
  }

  async function take(frame: ClientFrame): Promise<void> {
    if (over) return;
    try {
      await act(frame);
    } catch (error) {
      refuse(error, frame);
    }
  }

  /* How headers are read depends on the version, so it is agreed on before the next frame is looked at. */
  function greet({ headers }: ClientFrame): void {
    if (greeted) return;
    greeted = true;
    const known = (headers.get("accept-version") ?? "1.0").split(",").map((one) => one.trim());
    version = versions.find((one) => known.includes(one)) ?? null;
    if (version !== null) decoder.speak(version);
  }

  let broken = false;
  return {
    data(chunk) {
      if (over || broken) return;
      try {
        for (const frame of decoder.read(chunk)) {
          if (frame.command === "CONNECT" || frame.command === "STOMP") greet(frame);
          queue.push(() => take(frame));
        }
        watchUnfinished(false);
        watchUnfinished(decoder.unfinished);
      } catch (error) {
        // Once what came before it is dealt with.
        broken = true;
        queue.push(async () => refuse(error, null));
      }
    },
    pong: (ping) => subscriptions?.pong(ping),
    closed(inOrder) {
      leave();
      const gone = session?.identity.userId;
      if (gone === undefined || subscriptions === null) return;
      const stored = subscriptions.close(inOrder).finally(() => {
        if (leaving.get(gone) === stored) leaving.delete(gone);
      });
      leaving.set(gone, stored);
    },
  };
}

/* Nothing counts as an empty input, as over HTTP. */
function readInput(body: string): unknown {
  try {
    return body === "" ? {} : JSON.parse(body);
  } catch {
    throw new DomainError("bad_request", "The body is not well-formed JSON.");
  }
}

function noTransactions(): DomainError {
  return new DomainError("bad_request", "Transactions are not offered here.");
}
