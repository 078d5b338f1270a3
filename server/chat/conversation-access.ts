import * as z from "zod/mini";

import type { CommandInput } from "#protocol/commands.ts";
import { type Conversation, id as idSchema, type OwnConversation } from "#protocol/objects.ts";

import { assertAction } from "#server/auth/policy.ts";
import { DomainError } from "#server/errors.ts";

import { listConversations } from "./conversation-list.ts";
import { loadConversation, loadConversations, requireConversation } from "./conversation-rows.ts";
import type { Caller } from "./node.ts";
import { presentToItsCustomer } from "./present.ts";

/** A page of conversations: of all of them for staff, of their own for customers, who have no filters. Errors: `bad_request`. */
export async function readConversations(
  caller: Caller,
  input: CommandInput<"conversation:list">,
): Promise<{ items: (Conversation | OwnConversation)[]; cursor: string | null }> {
  assertAction(caller.identity, "conversations:read");
  if (caller.identity.role === "customer") return readOwnConversations(caller, input);
  const { conversations, cursor } = await listConversations(caller, input);
  return { items: conversations, cursor };
}

/** One conversation, as far as the caller may see it. Errors: `not_found`. */
export async function readConversation(caller: Caller, id: string): Promise<Conversation | OwnConversation> {
  assertAction(caller.identity, "conversations:read");
  await requireConversation(caller, id);
  const customer = caller.identity.role === "customer";
  const conversation = await loadConversation(caller.node, id, customer ? null : caller.identity.userId);
  return customer ? presentToItsCustomer(conversation) : conversation;
}

/* Newest first; ids are made in the order of time, so the last one of a page is its cursor. */
async function readOwnConversations({ node, identity }: Caller, { cursor = null, limit = 25 }: { cursor?: string | null | undefined; limit?: number | undefined }) {
  if (cursor !== null && !z.safeParse(idSchema, cursor).success) throw new DomainError("bad_request", "This cursor is not one of ours. Start again without it.");
  const { rows } = await node.database.pool.query<{ id: string }>(
    `select id from "Conversation" where "customerId" = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [identity.userId, cursor, limit + 1],
  );
  const ids = rows.slice(0, limit).map((row) => row.id);
  const conversations = await loadConversations(node, ids, null);
  return { items: conversations.map(presentToItsCustomer), cursor: rows.length > limit ? (ids.at(-1) ?? null) : null };
}
