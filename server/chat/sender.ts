import type { CommandInput } from "#protocol/commands.ts";
import type { PushBody, SessionRow } from "#protocol/http.ts";
import type { Role } from "#protocol/objects.ts";

import type { Identity } from "#server/auth/identity.ts";
import { createId } from "#server/ids.ts";

import type { Caller, Node } from "./node.ts";
import { type Pushed, pushTo, pushToRooms } from "./push.ts";
import { rooms } from "./rooms.ts";
import { sendToUsers, type Sent } from "./send-to-users.ts";
import { listSessions } from "./session-list.ts";
import type { Session } from "./session.ts";

/** What a customer gets stored; with the same `clientMsgId` once. */
type Content = Omit<Extract<CommandInput<"message:send">, { kind: "text" }>, "conversationId" | "replyTo" | "clientMsgId"> & { readonly clientMsgId?: string };

/**
 * How code inside the process sends, with an account of its own whose name its messages carry. Users are named by our id
 * or as `ext:<the host's id>`. All of it reaches the sessions of every node.
 */
export type Sender = {
  readonly userId: string;
  /** Pushes to the live sessions of users, which keep nothing of it. */
  toUsers(users: readonly string[], type: string, content: unknown): Promise<Pushed>;
  toRole(role: NonNullable<PushBody["to"]["role"]>, type: string, content: unknown): Promise<Pushed>;
  toSession(sessionId: string, type: string, content: unknown): Promise<Pushed>;
  toEveryone(type: string, content: unknown): Promise<Pushed>;
  /** Pushes to the sessions that `subscribe` put there; answers how many. */
  toTopic(topic: string, type: string, content: unknown): Promise<number>;
  /** Stores a text in the current conversation of each customer, online or not. */
  store(users: readonly string[], content: Content): Promise<Sent>;
  /** Puts a session of this node under a topic, until it ends. */
  subscribe(session: Session, topic: string): void;
  unsubscribe(session: Session, topic: string): void;
  /** The live sessions of all nodes that fit, newest first. */
  findSessions(wanted: { id?: string; userId?: string; role?: Role }): Promise<SessionRow[]>;
  /** A live session of this node, with its attributes. */
  findLocal(id: string): Session | null;
};

const pageSize = 500;
/** As far away as a timer of Node can look. */
const foreverMs = 2 ** 31 - 1;

/** Makes the sender of a module; its account is made the first time. */
export async function createSender(node: Node, name: string): Promise<Sender> {
  const caller: Caller = { node, identity: await provideAccount(node, name), session: null, address: "", requestId: null };
  const push = (to: PushBody["to"], type: string, content: unknown) => pushTo(node, { to, type, content });

  return {
    userId: caller.identity.userId,
    toUsers: (users, type, content) => push({ userIds: [...users] }, type, content),
    toRole: (role, type, content) => push({ role }, type, content),
    toSession: (sessionId, type, content) => push({ sessionIds: [sessionId] }, type, content),
    toEveryone: (type, content) => push({ everyone: true }, type, content),
    toTopic: (topic, type, content) => pushToRooms(node, { rooms: [rooms.topic(topic)], sessionIds: [], type, content }),
    store: (users, { clientMsgId = createId(), ...content }) => sendToUsers(caller, { to: { userIds: [...users] }, clientMsgId, ...content }),
    subscribe: (session, topic) => node.sessions.join(session, rooms.topic(topic)),
    unsubscribe: (session, topic) => node.sessions.leave(session, rooms.topic(topic)),

    async findSessions(wanted) {
      const found: SessionRow[] = [];
      for (let before: string | null = null, more = true; more; more = before !== null) {
        const { items, cursor } = await listSessions(caller, wanted, { before, limit: pageSize });
        found.push(...items);
        before = cursor;
      }
      return found;
    },

    findLocal: (id) => node.sessions.find(id) ?? null,
  };
}

/* An account like that of an API key: it never signs in, and may send and look, nothing more. */
async function provideAccount({ database }: Node, name: string): Promise<Identity> {
  const service = `module:${name}`;
  const account = await database.prisma.user.upsert({
    where: { service },
    update: {},
    create: { id: createId(), role: "agent", name, service },
    select: { id: true, role: true, name: true, avatarUrl: true, version: true, locale: true },
  });
  const { id: userId, ...rest } = account;
  return { ...rest, userId, guest: false, externalId: null, signInId: userId, expiresAt: new Date(Date.now() + foreverMs), via: "key", scopes: ["push", "messages", "read"] };
}
