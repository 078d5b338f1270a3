import * as z from "zod/mini";

import { type SessionRow, sessionRow } from "#protocol/http.ts";
import { id as anId, role as aRole } from "#protocol/objects.ts";

import { assertAction } from "#server/auth/policy.ts";
import { DomainError } from "#server/errors.ts";

import type { Caller, Node } from "./node.ts";
import { presentUser } from "./present.ts";
import type { Question } from "./questions.ts";
import type { Session } from "./session.ts";

const filter = z.object({ role: z.optional(aRole), userId: z.optional(anId), id: z.optional(anId) });
type Filter = z.infer<typeof filter>;
/** The page after the session `before`, of at most `limit`. */
const page = z.object({ before: z.nullable(anId), limit: z.int() });
type Page = z.infer<typeof page>;

/** Asks the other nodes for a page of their sessions. */
export const sessionsQuestion = { name: "sessions", input: z.object({ filter, page }), reply: z.array(sessionRow) } satisfies Question<z.ZodMiniType, z.ZodMiniType>;
/** Asks the other nodes to end a session; its own one answers true. */
export const disconnectQuestion = { name: "disconnect", input: z.object({ id: anId }), reply: z.boolean() } satisfies Question<z.ZodMiniType, z.ZodMiniType>;

/** Who is connected to any node, newest first; staff may see it. Errors: `forbidden`. */
export async function listSessions(caller: Caller, wanted: Filter, { before, limit }: Page): Promise<{ items: SessionRow[]; cursor: string | null }> {
  assertAction(caller.identity, "sessions:list");
  const { node } = caller;
  // One more than asked for: whether there is a next page.
  const input = { filter: wanted, page: { before, limit: limit + 1 } };
  const found = [readSessions(node, input), ...await node.questions.ask(sessionsQuestion, input)].flat().sort(newestFirst);
  const items = found.slice(0, limit);
  return { items, cursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Ends a connection, on whatever node; its client is told not to come back by itself. Admins only. Errors: `forbidden`, `not_found`. */
export async function disconnectSession(caller: Caller, id: string): Promise<void> {
  assertAction(caller.identity, "sessions:disconnect");
  const ended = disconnectHere(caller.node, { id }) || (await caller.node.questions.ask(disconnectQuestion, { id })).includes(true);
  if (!ended) throw new DomainError("not_found", "There is no such connection.");
}

/** Ends a connection of this node; false when it has none with this id. */
export function disconnectHere(node: Node, { id }: { id: string }): boolean {
  const session = node.sessions.find(id);
  if (session === undefined) return false;
  node.sessions.end(session, "disconnected", null);
  return true;
}

/** A page of this node's sessions, newest first. */
export function readSessions(node: Node, { filter: { role, userId, id }, page: { before, limit } }: { filter: Filter; page: Page }): SessionRow[] {
  const known = userId === undefined ? [...node.sessions.all()] : node.sessions.ofUser(userId);
  return known
    .filter((session) => (role === undefined || session.identity.role === role) && (id === undefined || session.id === id) && (before === null || session.id < before))
    .sort(newestFirst)
    .slice(0, limit)
    .map((session) => presentSession(node, session));
}

/* Ids are made in the order of time. */
function newestFirst(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? 1 : -1;
}

function presentSession(node: Node, { id, identity, gateway, connectedAt, page: seen }: Session): SessionRow {
  return { id, user: presentUser(identity), gateway, connectedAt: connectedAt.toISOString(), node: node.id, page: seen };
}
