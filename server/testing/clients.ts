import { randomUUID } from "node:crypto";

import { io, type Socket } from "socket.io-client";
import * as z from "zod/mini";

import type { CommandData, CommandInput, CommandName } from "#protocol/commands.ts";
import type { Answer, ErrorCode, WireError } from "#protocol/errors.ts";
import { type EventName, type EventPayload, events } from "#protocol/events.ts";
import type { Grant } from "#protocol/http.ts";
import type { User } from "#protocol/objects.ts";
import { createGuest } from "#server/auth/accounts.ts";
import { grantedFields, makeGrant } from "#server/auth/grants.ts";
import { createSignIn } from "#server/auth/sign-ins.ts";
import { createId } from "#server/ids.ts";

import { atEnd } from "./clean-up.ts";
import type { TestNode } from "./node.ts";

type Received = { readonly name: string; readonly payload: unknown };

/** A real client over Socket.IO, as a browser would be. */
export type TestClient = {
  readonly user: User;
  readonly token: string;
  readonly socket: Socket;
  /** Everything received so far, in order. */
  readonly received: readonly Received[];
  /** Gives a command; answers its data, throws its error. */
  call<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandData<Name>>;
  /** Gives anything at all; answers whatever comes back. */
  ask(name: string, input: unknown): Promise<Answer<Record<string, unknown>>>;
  /** The first event of this name, from now or from before, that fits. */
  next<Name extends EventName>(name: Name, fits?: (payload: EventPayload<Name>) => boolean): Promise<EventPayload<Name>>;
  /** Sends a text message of one's own. */
  say(text: string, conversationId?: string): Promise<CommandData<"message:send">["message"]>;
  close(): void;
};

export class CommandRefused extends Error {
  readonly error: WireError;

  constructor(error: WireError) {
    super(`${error.code}: ${error.message}`);
    this.error = error;
  }
}

/** A new guest's token. */
export function makeGuest({ node }: TestNode, name?: string): Promise<Grant> {
  return createGuest(node, name === undefined ? {} : { name }, { address: "127.0.0.1" });
}

/** A new agent or admin, signed in without a password. */
export async function makeStaff({ node }: TestNode, role: "agent" | "admin" = "agent", name = "Mei"): Promise<Grant> {
  const { prisma } = node.database;
  const user = await prisma.user.create({ data: { id: createId(), role, name, email: `${randomUUID()}@example.com` }, select: grantedFields });
  return makeGrant(node.secrets, await createSignIn(prisma, user), user);
}

/** Connects with a grant; resolves after `hello`. Throws CommandRefused when the handshake is refused. */
export async function connect({ url }: Pick<TestNode, "url">, { token, user }: Pick<Grant, "token" | "user">): Promise<TestClient> {
  const socket = io(url, { auth: { token, v: 1 }, transports: ["websocket"], forceNew: true, reconnection: false });
  atEnd(async () => {
    socket.close();
  });
  const received: Received[] = [];
  const listeners = new Set<() => void>();
  socket.onAny((name: string, payload: unknown) => {
    received.push({ name, payload });
    for (const listener of listeners) listener();
  });

  function next<Name extends EventName>(name: Name, fits: (payload: EventPayload<Name>) => boolean = () => true): Promise<EventPayload<Name>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${name} came; came: ${received.map((one) => one.name).join(", ")}`)), 15_000);
      const look = () => {
        for (const one of received) {
          if (one.name !== name || !isPayload(name, one.payload) || !fits(one.payload)) continue;
          clearTimeout(timer);
          listeners.delete(look);
          resolve(one.payload);
          return;
        }
      };
      listeners.add(look);
      look();
    });
  }

  async function ask(name: string, input: unknown): Promise<Answer<Record<string, unknown>>> {
    return socket.timeout(8_000).emitWithAck(name, input);
  }

  async function call<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandData<Name>> {
    const answer: Answer<CommandData<Name>> = await socket.timeout(8_000).emitWithAck(name, input);
    if (!answer.ok) throw new CommandRefused(answer.error);
    return answer.data;
  }

  await new Promise<void>((resolve, reject) => {
    socket.once("hello", () => resolve());
    socket.once("connect_error", (error) => reject("data" in error ? new CommandRefused(wireErrorOf(error.data)) : error));
  });
  return {
    user, token, socket, received, call, ask, next,
    async say(text, conversationId) {
      return (await call("message:send", { clientMsgId: randomUUID(), kind: "text", text, ...(conversationId === undefined ? {} : { conversationId }) })).message;
    },
    close: () => void socket.close(),
  };
}

/* An event that is not of the contract's shape never counts as received. */
function isPayload<Name extends EventName>(name: Name, payload: unknown): payload is EventPayload<Name> {
  return z.safeParse(events[name], payload).success;
}

function wireErrorOf(data: unknown): WireError {
  const code = typeof data === "object" && data !== null && "code" in data ? data.code : null;
  const known = codes.find((one) => one === code);
  return { code: known ?? "internal", message: JSON.stringify(data), retryable: false, requestId: "" };
}

const codes: ErrorCode[] = ["bad_request", "unauthenticated", "forbidden", "not_found", "conflict", "too_large", "rate_limited", "unavailable", "internal"];
