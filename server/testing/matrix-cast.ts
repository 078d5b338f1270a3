import { randomUUID } from "node:crypto";

import { madeApiKey } from "#protocol/developers.ts";
import type { Grant } from "#protocol/http.ts";
import { authenticateApiKey } from "#server/auth/api-keys.ts";
import { createSignIn } from "#server/auth/sign-ins.ts";
import { makeGrant } from "#server/auth/grants.ts";
import { authenticate, type Identity } from "#server/auth/identity.ts";
import { dispatch } from "#server/chat/dispatch.ts";
import { createNotice, pushNotice } from "#server/chat/notice-board.ts";
import { commands } from "#protocol/commands.ts";

import { makeGuest, makeStaff } from "./clients.ts";
import { httpClient, read } from "./http-client.ts";
import { makeCustomer } from "./identities.ts";
import type { Role, RowName, Target } from "./matrix-oracle.ts";
import { rows } from "./matrix-oracle.ts";
import type { TestNode } from "./node.ts";

/** Somebody who gives commands, with what is its own and what is another's. */
export type Actor = {
  readonly role: Role;
  readonly token: string | null;
  readonly own: string;
  readonly foreign: string;
  /** The input of a row for this actor, made so that nothing but the row's rule can refuse it. */
  input(row: RowName, target: Target): Promise<object>;
};

type Ids = { readonly own: string; readonly foreign: string };
type Notices = { readonly everyone: string; readonly staff: string; readonly customers: string };

/** A shop of its own for one gateway: everybody who gives commands there, and the colleagues and customers beside them. */
export async function makeCast(node: TestNode): Promise<Readonly<Record<Role, Actor>>> {
  const platform = node.node;
  const [guest, stranger, agent, admin, colleague] = await Promise.all([makeGuest(node), makeGuest(node), makeStaff(node), makeStaff(node, "admin"), makeStaff(node)]);
  const customer = await makeCustomer(node, randomUUID());
  const boss = await authenticate(platform, admin.token);
  const { key } = read(await httpClient(node, admin.token)("POST", "/api/v1/api-keys", { body: { name: "All of it", scopes: ["push", "messages", "read", "notices"] } }), madeApiKey);
  const keeper = await authenticateApiKey(platform, key);

  const give = async (identity: Identity, name: keyof typeof commands, input: object): Promise<unknown> => {
    const answer = await dispatch({ node: platform, identity, session: null, address: "127.0.0.1", requestId: null }, name, input);
    if (!answer.ok) throw new Error(`${name}: ${answer.error.code}, ${answer.error.message}`);
    return answer.data;
  };
  const write = async (identity: Identity, conversationId?: string) => {
    const sent = await give(identity, "message:send", { clientMsgId: randomUUID(), kind: "text", text: "a line", ...(conversationId === undefined ? {} : { conversationId }) });
    return commands["message:send"].data.parse(sent).message;
  };
  /** A new guest's conversation, assigned to this member of staff. */
  const openFor = async (assignee: Identity | null): Promise<string> => {
    const { conversationId } = await write(await authenticate(platform, (await makeGuest(node)).token));
    if (assignee !== null) await give(assignee, "conversation:claim", { conversationId });
    return conversationId;
  };

  const helper = await authenticate(platform, colleague.token);
  const foreign = (await write(await authenticate(platform, stranger.token))).conversationId;
  const taken = await openFor(helper);
  const notices: Notices = { everyone: await publish("everyone"), staff: await publish("staff"), customers: await publish("customers") };

  async function publish(audience: "everyone" | "staff" | "customers"): Promise<string> {
    const caller = { node: platform, identity: boss, session: null, address: "127.0.0.1", requestId: null };
    const { id } = await createNotice(caller, { title: "T", body: "B", level: "info", audience });
    await pushNotice(caller, id);
    return id;
  }

  async function makeActor(role: Role, { token }: Pick<Grant, "token">, identity: Identity): Promise<Actor> {
    const staff = identity.role !== "customer";
    const ids: Ids = staff ? { own: await openFor(identity), foreign: taken } : { own: (await write(identity)).conversationId, foreign };
    const others = staff ? "staff" : "customers";
    // Somebody else's message in one's own conversation.
    const theirs = await write(staff ? helper : boss, ids.own);
    return { role, token, ...ids, input };

    async function input(row: RowName, target: Target): Promise<object> {
      const { command } = rows[row];
      if (target === "malformed") return { ...inputOf(row, command, randomUUID()), ...malformed(command) };
      const isVisible = target === "own" || (target === "foreign" && staff);
      const conversationId = target === "missing" || target === "none" ? randomUUID() : ids[target];
      if (command === "message:edit" || command === "message:recall") {
        const another = row.endsWith("another's");
        const { seq } = another ? theirs : isVisible ? await write(identity, conversationId) : { seq: 1 };
        return { conversationId, seq, ...(command === "message:edit" ? { text: "another line" } : {}) };
      }
      if (command === "notice:mark") {
        const noticeId = target === "own" ? notices.everyone : target === "foreign" ? notices[others === "staff" ? "customers" : "staff"] : randomUUID();
        return { noticeId, state: "seen" };
      }
      if (command === "waiter:register" || command === "waiter:unregister") {
        if (target === "none") return {};
        return { userId: target === "own" ? identity.userId : target === "foreign" ? helper.userId : randomUUID() };
      }
      if (command === "token:refresh") return { token: target === "own" ? await renew(identity) : target === "foreign" ? colleague.token : "a.b.c" };
      return inputOf(row, command, conversationId);
    }
  }

  /** Another token of the same user. */
  async function renew({ userId: id, role, name, guest: isGuest, externalId, avatarUrl, version }: Identity): Promise<string> {
    const user = { id, role, name, guest: isGuest, externalId, avatarUrl, version };
    return (await makeGrant(platform.secrets, await createSignIn(platform.database.prisma, user), user)).token;
  }

  return {
    nobody: { ...await makeActor("nobody", guest, await authenticate(platform, (await makeGuest(node)).token)), token: null },
    guest: await makeActor("guest", guest, await authenticate(platform, guest.token)),
    customer: await makeActor("customer", customer, await authenticate(platform, customer.token)),
    agent: await makeActor("agent", agent, await authenticate(platform, agent.token)),
    admin: await makeActor("admin", admin, boss),
    key: await makeActor("key", { token: key }, keeper),
  };
}

function inputOf(row: RowName, command: string, conversationId: string): object {
  switch (command) {
    case "message:send":
      return {
        clientMsgId: randomUUID(), kind: row.endsWith("note") ? "note" : "text", text: "a line",
        ...(row.endsWith("without a conversation") ? {} : { conversationId }),
      };
    case "message:edit": return { conversationId, seq: 1, text: "another line" };
    case "message:recall": return { conversationId, seq: 1 };
    case "conversation:sync": return { conversationId, after: 0 };
    case "conversation:read": return { conversationId, delivered: 1 };
    case "conversation:open":
    case "conversation:close":
    case "conversation:claim": return { conversationId };
    case "conversation:update": return { conversationId, priority: "high" };
    case "conversation:list": return { filter: "all" };
    case "typing": return { conversationId, on: true };
    case "presence:set": return row.endsWith("status") ? { status: "busy" } : { page: { url: "https://shop.example/", title: "Shop" } };
    case "notice:mark": return { noticeId: conversationId, state: "seen" };
    default: return {};
  }
}

/* One field of a wrong type, the one that says which. */
function malformed(command: string): object {
  switch (command) {
    case "conversation:list": return { filter: "everything" };
    case "waiter:register":
    case "waiter:unregister": return { userId: "me" };
    case "presence:set": return { status: "asleep" };
    case "notice:mark": return { noticeId: 1 };
    case "token:refresh": return { token: { $ne: 1 } };
    default: return { conversationId: "__proto__" };
  }
}
