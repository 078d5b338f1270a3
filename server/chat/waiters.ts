import type { CommandData } from "#protocol/commands.ts";
import type { Waiter } from "#protocol/objects.ts";

import { assertAdmin, assertStaff } from "#server/auth/policy.ts";
import { DomainError } from "#server/errors.ts";

import type { Caller, Node } from "./node.ts";
import { rooms } from "./rooms.ts";
import type { Session } from "./session.ts";

/** Who is registered, as this node knows it: decides which sessions stand in the room `waiters`. */
export type WaiterRoom = {
  has(userId: string): boolean;
  /** Reads the registrations; if they differ, moves this node's sessions in or out of the room and tells its staff. */
  refresh(node: Node): Promise<void>;
};

export const waitersTopic = "waiters";

export function createWaiterRoom(): WaiterRoom {
  let registered: ReadonlySet<string> = new Set();
  let told = "";
  let last: Promise<void> = Promise.resolve();

  async function compare(node: Node): Promise<void> {
    const rows = await readRegistered(node);
    const now = rows.map(({ userId, name }) => `${userId} ${name}`).join("\n");
    if (now === told) return;
    told = now;
    registered = new Set(rows.map(({ userId }) => userId));
    for (const session of node.sessions.all()) placeInRoom(node, session);
    node.delivery.deliverHere([{ rooms: [rooms.staff], event: "waiter:changed", payload: { waiters: rows.map((row) => presentWaiter(node, row)) } }]);
  }

  return {
    has: (userId) => registered.has(userId),
    // One at a time, so that what was read first never overwrites what was read later.
    refresh: (node) => (last = last.then(() => compare(node), () => compare(node))),
  };
}

/** Puts a session into the room `waiters` or out of it, as its user is registered. */
export function placeInRoom(node: Node, session: Session): void {
  const { userId, role } = session.identity;
  if (role !== "customer" && node.waiters.has(userId)) node.sessions.join(session, rooms.waiters);
  else node.sessions.leave(session, rooms.waiters);
}

/** Registers me, or as an admin anyone of the staff. Harmless when registered already. Errors: `forbidden`, `not_found`. */
export async function registerWaiter(caller: Caller, input: { userId?: string | undefined }): Promise<CommandData<"waiter:register">> {
  const userId = chooseAccount(caller, input.userId);
  const { prisma } = caller.node.database;
  const account = await prisma.user.findFirst({ where: { id: userId, role: { not: "customer" }, disabled: false }, select: { id: true } });
  if (account === null) throw new DomainError("not_found", "There is no such member of staff.");
  const { count } = await prisma.waiter.createMany({ data: [{ userId }], skipDuplicates: true });
  if (count > 0) caller.node.hooks.tell("waiter:registered", { userId, session: caller.session });
  return announce(caller.node, { userId, joined: true });
}

/** Takes a registration back. Harmless when there is none. Errors: `forbidden`. */
export async function unregisterWaiter(caller: Caller, input: { userId?: string | undefined }): Promise<CommandData<"waiter:unregister">> {
  const userId = chooseAccount(caller, input.userId);
  const { count } = await caller.node.database.prisma.waiter.deleteMany({ where: { userId } });
  if (count > 0) caller.node.hooks.tell("waiter:unregistered", { userId, session: caller.session });
  return announce(caller.node, { userId, joined: false });
}

/** Errors: `forbidden`. */
export async function listWaiters(caller: Caller): Promise<CommandData<"waiter:list">> {
  assertStaff(caller.identity);
  return { waiters: await readWaiters(caller.node) };
}

function chooseAccount(caller: Caller, userId: string | undefined): string {
  assertStaff(caller.identity);
  if (userId === undefined || userId === caller.identity.userId) return caller.identity.userId;
  assertAdmin(caller.identity);
  return userId;
}

async function announce(node: Node, change: { userId: string; joined: boolean }): Promise<{ waiters: Waiter[] }> {
  node.delivery.moveElsewhere({ ...change, room: rooms.waiters });
  node.bus.publish(waitersTopic, null);
  await node.waiters.refresh(node);
  return { waiters: await readWaiters(node) };
}

/** Everyone who is registered and may still work here, longest first. */
export async function readWaiters(node: Node): Promise<Waiter[]> {
  return (await readRegistered(node)).map((row) => presentWaiter(node, row));
}

type Row = { userId: string; name: string; since: Date };

async function readRegistered({ database }: Node): Promise<Row[]> {
  const { rows } = await database.pool.query<Row>({
    name: "registered-waiters",
    text: `select w."userId", u.name, w.since from "Waiter" w join "User" u on u.id = w."userId"
            where not u.disabled and u.role <> 'customer' order by w.since, w."userId"`,
  });
  return rows;
}

function presentWaiter({ presence }: Node, { userId, name, since }: Row): Waiter {
  return { userId, name, online: presence.isOnline(userId), since: since.toISOString() };
}
