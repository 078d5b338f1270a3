import * as z from "zod/mini";

import type { PushBody } from "#protocol/http.ts";

import { assertAction } from "#server/auth/policy.ts";
import { DomainError } from "#server/errors.ts";

import type { Caller, Node } from "./node.ts";
import type { Question } from "./questions.ts";
import { rooms } from "./rooms.ts";
import { findUserIds } from "./user-refs.ts";

/** How many sessions got it, and which of the users named were offline, as they were named. */
export type Pushed = { delivered: number; offline: string[] };

/**
 * Sends something to live sessions and keeps nothing: to users, a role, single sessions or everyone.
 * Errors: `forbidden`, `bad_request` (nobody is named).
 */
export async function push({ node, identity }: Caller, body: PushBody): Promise<Pushed> {
  assertAction(identity, "push");
  return pushTo(node, body);
}

/** As `push`, for callers that asked for the right to do so themselves. */
export async function pushTo(node: Node, { to, type, content }: PushBody): Promise<Pushed> {
  const refs = to.userIds ?? [];
  const users = await findUserIds(node, refs);
  const targets = [
    ...[...users.values()].map((userId) => rooms.user(userId)),
    ...(to.role === undefined ? [] : [roomOfRole(to.role)]),
    ...(to.everyone === true ? [rooms.everyone] : []),
  ];
  const sessionIds = to.sessionIds ?? [];
  if (targets.length === 0 && sessionIds.length === 0 && refs.length === 0) throw new DomainError("bad_request", "Say whom to push to: userIds, role, sessionIds or everyone.");
  const delivered = await pushToRooms(node, { rooms: targets, sessionIds, type, content });
  return { delivered, offline: refs.filter((ref) => !node.presence.isOnline(users.get(ref) ?? "")) };
}

/** Pushes to the sessions in some rooms and to single ones, on all nodes; answers how many it reached. */
export async function pushToRooms(node: Node, order: z.infer<typeof pushQuestion.input>): Promise<number> {
  const here = pushHere(node, order);
  const elsewhere = await node.questions.ask(pushQuestion, order);
  return elsewhere.reduce((sum, count) => sum + count, here);
}

/** Asks the other nodes to push to their sessions; each answers how many it reached. */
export const pushQuestion = {
  name: "push",
  input: z.object({ rooms: z.array(z.string()), sessionIds: z.array(z.string()), type: z.string(), content: z.unknown() }),
  reply: z.int(),
} satisfies Question<z.ZodMiniType, z.ZodMiniType>;

/** Pushes to this node's sessions; answers how many. */
export function pushHere(node: Node, { rooms: targets, sessionIds, type, content }: z.infer<typeof pushQuestion.input>): number {
  const payload = { type, content };
  const reached = new Set([...node.sessions.all()].filter((session) => targets.some((room) => session.rooms.has(room))));
  if (reached.size > 0) node.delivery.deliverHere([{ rooms: targets, event: "push", payload }]);
  for (const id of sessionIds) {
    const session = node.sessions.find(id);
    if (session === undefined || reached.has(session)) continue;
    session.transport.send("push", payload);
    reached.add(session);
  }
  return reached.size;
}

function roomOfRole(role: NonNullable<PushBody["to"]["role"]>): string {
  if (role === "staff") return rooms.staff;
  if (role === "waiter") return rooms.waiters;
  return rooms.role(role);
}
