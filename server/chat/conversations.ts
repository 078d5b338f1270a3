import type { PoolClient } from "pg";

import type { CommandData, CommandInput } from "#protocol/commands.ts";
import { type SystemEvent, writeSystemText } from "#protocol/system-texts.ts";

import { assertStaff } from "#server/auth/policy.ts";
import { inTransaction } from "#server/database/transaction.ts";
import { DomainError } from "#server/errors.ts";

import { appendMessages } from "./append-messages.ts";
import { conversationNotFound, loadConversation, loadConversations } from "./conversation-rows.ts";
import { deliverNews, outgoingOf } from "./message-delivery.ts";
import { draftSystemMessage } from "./message-draft.ts";
import type { Caller, Node } from "./node.ts";
import { rooms } from "./rooms.ts";

type Locked = {
  id: string;
  status: "open" | "snoozed" | "resolved";
  assigneeId: string | null;
  assigneeName: string | null;
  customerId: string;
  locale: string;
};

/** This session looks at the conversation: it gets its messages, marks and typing. Errors: `forbidden`, `not_found`. */
export async function openConversation(caller: Caller, { conversationId }: CommandInput<"conversation:open">): Promise<CommandData<"conversation:open">> {
  assertStaff(caller.identity);
  const { node, session, identity } = caller;
  const conversation = await loadConversation(node, conversationId, identity.userId);
  if (session !== null) {
    node.sessions.join(session, rooms.conversation(conversationId));
    session.opened.delete(conversationId);
    session.opened.add(conversationId);
    node.presence.touch(session);
  }
  return { conversation };
}

/** This session no longer looks at it. Errors: `forbidden`, `not_found`. */
export async function closeConversation(caller: Caller, { conversationId }: CommandInput<"conversation:close">): Promise<CommandData<"conversation:close">> {
  assertStaff(caller.identity);
  const { node, session, identity } = caller;
  if (session !== null) {
    node.sessions.leave(session, rooms.conversation(conversationId));
    session.opened.delete(conversationId);
    node.presence.touch(session);
  }
  return { conversation: await loadConversation(node, conversationId, identity.userId) };
}

/**
 * Makes the conversation mine if it is nobody's: of two at once, exactly one wins. Claiming one's own
 * again is fine. Errors: `forbidden`, `not_found`, `conflict` with `details.assignee`.
 */
export async function claimConversation(caller: Caller, { conversationId }: CommandInput<"conversation:claim">): Promise<CommandData<"conversation:claim">> {
  assertStaff(caller.identity);
  const { identity } = caller;
  return changeConversation(caller, conversationId, async (client, before) => {
    if (before.assigneeId === identity.userId) return null;
    if (before.assigneeId !== null) {
      throw new DomainError("conflict", `${before.assigneeName ?? "A colleague"} has taken this conversation.`, {
        details: { assignee: { id: before.assigneeId, name: before.assigneeName ?? "" } },
      });
    }
    await client.query(`update "Conversation" set "assigneeId" = $2 where id = $1`, [conversationId, identity.userId]);
    return [{ event: "assigned", name: identity.name }];
  });
}

/**
 * Changes status, assignee, priority, tags or snooze; a line in the conversation tells its customer of
 * what concerns it. Errors: `forbidden`, `not_found`, `bad_request` (a snooze without a time to come),
 * `conflict` (opening it while its customer has another open one).
 */
export async function updateConversation(caller: Caller, input: CommandInput<"conversation:update">): Promise<CommandData<"conversation:update">> {
  assertStaff(caller.identity);
  const until = input.snoozedUntil === undefined || input.snoozedUntil === null ? null : new Date(input.snoozedUntil);
  if (input.status === "snoozed" && (until === null || until <= new Date())) {
    throw new DomainError("bad_request", "Say until when to snooze: snoozedUntil must be a time to come.");
  }
  if (until !== null && input.status !== "snoozed") throw new DomainError("bad_request", "snoozedUntil goes with the status snoozed.");
  return changeConversation(caller, input.conversationId, async (client, before) => {
    const lines: Line[] = [];
    if (input.assigneeId !== undefined && input.assigneeId !== before.assigneeId) lines.push(await assign(client, before, input.assigneeId));
    const status = input.status ?? before.status;
    if (status !== before.status) {
      if (before.status === "resolved") await assertOnlyOpen(client, before);
      if (status === "resolved") lines.push({ event: "resolved", name: "" });
      else if (before.status === "resolved") lines.push({ event: "reopened", name: "" });
    }
    await client.query(
      `update "Conversation" set status = $2::"ConversationStatus", "snoozedUntil" = $3,
              "resolvedAt" = case when $2 = 'resolved' then coalesce("resolvedAt", clock_timestamp()) end,
              "waitingSince" = case when $2 = 'resolved' then null else "waitingSince" end,
              priority = coalesce($4::"Priority", priority), tags = coalesce($5, tags)
        where id = $1`,
      [before.id, status, status === "snoozed" ? (until ?? null) : null, input.priority ?? null, input.tags === undefined ? null : [...new Set(input.tags)]],
    );
    return lines;
  });
}

type Line = { event: SystemEvent; name: string };

async function assign(client: PoolClient, before: Locked, assigneeId: string | null): Promise<Line> {
  const change = () => client.query(`update "Conversation" set "assigneeId" = $2 where id = $1`, [before.id, assigneeId]);
  if (assigneeId === null) {
    await change();
    return { event: "unassigned", name: "" };
  }
  const { rows } = await client.query<{ name: string }>(`select name from "User" where id = $1 and role <> 'customer' and not disabled`, [assigneeId]);
  const [account] = rows;
  if (account === undefined) throw new DomainError("not_found", "There is no such member of staff to assign to.");
  await change();
  return { event: before.assigneeId === null ? "assigned" : "transferred", name: account.name };
}

async function assertOnlyOpen(client: PoolClient, before: Locked): Promise<void> {
  const other = await client.query(`select 1 from "Conversation" where "customerId" = $1 and status <> 'resolved' and id <> $2`, [before.customerId, before.id]);
  if (other.rowCount !== 0) throw new DomainError("conflict", "This customer has a newer conversation that is open. Use that one.");
}

/* Changes one conversation under its lock, writes the lines that tell of it, commits, then tells everyone. */
async function changeConversation(
  caller: Caller,
  conversationId: string,
  change: (client: PoolClient, before: Locked) => Promise<Line[] | null>,
): Promise<CommandData<"conversation:update">> {
  const { node, identity } = caller;
  const changed = await inTransaction(node.database.pool, async (client) => {
    const before = await lockConversation(client, conversationId);
    const lines = await change(client, before);
    if (lines === null) return null;
    const { rows } = await client.query<{ xid: string }>(
      `update "Conversation" set "updatedAt" = clock_timestamp(), "changedXid" = pg_current_xact_id() where id = $1 returning "changedXid" as xid`,
      [conversationId],
    );
    const drafts = lines.map(({ event, name }) => draftSystemMessage(conversationId, writeSystemText(before.locale, event, name)));
    return { xid: Number(rows[0]?.xid), placed: drafts.length === 0 ? [] : await appendMessages(client, drafts, node.webhooks.wants("message.created")) };
  });
  const conversation = await loadConversation(node, conversationId, identity.userId);
  if (changed !== null) deliverNews(node, { xid: changed.xid, conversations: [conversation], messages: changed.placed.map(outgoingOf) });
  return { conversation };
}

/* The lock comes first: names read in the same statement could be those from before the wait for it. */
async function lockConversation(client: PoolClient, id: string): Promise<Locked> {
  await client.query(`select 1 from "Conversation" where id = $1 for no key update`, [id]);
  const { rows } = await client.query<Locked>(
    `select c.id, c.status, c."assigneeId", a.name as "assigneeName", c."customerId", u.locale
       from "Conversation" c join "User" u on u.id = c."customerId" left join "User" a on a.id = c."assigneeId"
      where c.id = $1`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) throw conversationNotFound();
  return row;
}

/** Opens what was snoozed until now, and tells of it. Answers how many. */
export async function wakeSnoozed(node: Node): Promise<number> {
  const { rows } = await node.database.pool.query<{ id: string; xid: string }>(
    `update "Conversation" set status = 'open', "snoozedUntil" = null, "updatedAt" = clock_timestamp(), "changedXid" = pg_current_xact_id()
      where id in (select id from "Conversation" where status = 'snoozed' and "snoozedUntil" <= clock_timestamp() limit 100 for no key update skip locked)
      returning id, "changedXid" as xid`,
  );
  const [first] = rows;
  if (first === undefined) return 0;
  deliverNews(node, { xid: Number(first.xid), conversations: await loadConversations(node, rows.map(({ id }) => id), null) });
  return rows.length;
}
