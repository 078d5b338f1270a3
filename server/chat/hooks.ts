import * as z from "zod/mini";

import { isCommandName } from "#protocol/commands.ts";
import { events } from "#protocol/events.ts";

import type { Identity } from "#server/auth/identity.ts";
import { DomainError } from "#server/errors.ts";
import type { Log } from "#server/log.ts";

import type { Caller } from "./node.ts";
import { isSubscription } from "./rooms.ts";
import type { Attributes, Session } from "./session.ts";
import { invalidInput } from "./wire-error.ts";

/** Somebody who wants to come in. What is put into `attributes` stays with the session. */
export type Handshake = { readonly identity: Identity; readonly gateway: string; readonly address: string; readonly attributes: Map<string, unknown> };

/** Something that happened to a session, or to a user without one. */
export type Occurrence = {
  readonly userId: string;
  /** Null when it came over HTTP. */
  readonly session: Session | null;
  readonly attributes: Attributes;
  /** What was subscribed: `conversation:<id>`, `presence`, `topic:<name>`, or a STOMP destination as its client named it. */
  readonly destination: string | null;
};
export type Occasion = "connected" | "subscribed" | "unsubscribed" | "disconnected" | "waiter:registered" | "waiter:unregistered";

type Listener = (occurrence: Occurrence) => void | Promise<void>;
type Guard = (handshake: Handshake) => void | Promise<void>;
type Run = (caller: Caller, input: unknown) => Promise<unknown>;

/**
 * Where code of the shop's own joins a node: before and after a handshake, for messages of types of its own, and
 * wherever a session comes, subscribes or goes. Each node tells of its own sessions.
 */
export type Hooks = {
  /** Called before anybody is let in; a DomainError that it throws is what the client is told. */
  beforeHandshake(guard: Guard): void;
  /** Called with each session that has begun. */
  afterHandshake(welcome: (session: Session) => void | Promise<void>): void;
  /** Listens to one occasion; answers what ends it. A listener that fails is logged and harms nobody. */
  on(occasion: Occasion, listener: Listener): () => void;
  /** Carries out the command `type`, which then exists over every gateway; API keys may not give it. Throws when the name is taken or none. */
  onMessage<Schema extends z.ZodMiniType>(type: string, schema: Schema, handle: (caller: Caller, content: z.infer<Schema>) => unknown): void;
  /** For the node: */
  admit(handshake: Omit<Handshake, "attributes">): Promise<Attributes>;
  tell(occasion: Occasion, about: { userId: string; session: Session | null; destination?: string | null }): void;
  /** A session joined a room or left it. */
  moved(session: Session, room: string, joined: boolean): void;
  /** What carries out a command of the shop's own. */
  runnerOf(type: string): Run | null;
};

/** A name as commands have it; one line of it fits a log. */
const nameShape = /^[a-z][\w.:-]{0,59}$/i;
/** The handshake as a whole has twice as long. */
const guardMs = 5_000;

export function createHooks(log: Log): Hooks {
  const guards: Guard[] = [];
  const listeners = new Map<Occasion, Set<Listener>>();
  const runners = new Map<string, Run>();

  function tell(occasion: Occasion, { userId, session, destination = null }: { userId: string; session: Session | null; destination?: string | null }): void {
    const occurrence = { userId, session, attributes: session?.attributes ?? new Map(), destination };
    for (const listener of listeners.get(occasion) ?? []) {
      void call(() => listener(occurrence)).catch((error: unknown) => log.error({ err: error, occasion }, "a listener failed"));
    }
  }

  function on(occasion: Occasion, listener: Listener): () => void {
    const all = listeners.get(occasion) ?? new Set();
    listeners.set(occasion, all.add(listener));
    return () => void all.delete(listener);
  }

  return {
    on,
    tell,
    beforeHandshake: (guard) => void guards.push(guard),
    afterHandshake: (welcome) => void on("connected", ({ session }) => (session === null ? undefined : welcome(session))),

    onMessage(type, schema, handle) {
      if (!nameShape.test(type) || isCommandName(type) || Object.hasOwn(events, type) || runners.has(type)) {
        throw new Error(`"${type}" cannot be the name of a message: it is taken, or not of letters, digits and _ . : -`);
      }
      runners.set(type, async (caller, input) => {
        const parsed = z.safeParse(schema, input);
        if (!parsed.success) throw invalidInput(parsed.error.issues);
        return (await handle(caller, parsed.data)) ?? {};
      });
    },

    async admit(handshake) {
      const attributes = new Map<string, unknown>();
      for (const guard of guards) await within(call(() => guard({ ...handshake, attributes })));
      return attributes;
    },

    moved(session, room, joined) {
      if (isSubscription(room)) tell(joined ? "subscribed" : "unsubscribed", { userId: session.identity.userId, session, destination: room });
    },

    runnerOf: (type) => runners.get(type) ?? null,
  };
}

/* Whatever is thrown becomes a rejection. */
async function call(work: () => void | Promise<void>): Promise<void> {
  await work();
}

async function within(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DomainError("unavailable", "Whoever decides who may come in did not answer.")), guardMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
