import type { CommandData, CommandInput } from "#protocol/commands.ts";
import type { ConversationFilter } from "#protocol/objects.ts";

import { assertStaff } from "#server/auth/policy.ts";
import { DomainError } from "#server/errors.ts";

import { loadConversations } from "./conversation-rows.ts";
import type { Caller } from "./node.ts";

const pageSize = 25;

/*
 * What is done is many and found by its index; what is open is few enough to be sorted, and has no index
 * on its time, so that a message need not touch one.
 */
const filters: Record<ConversationFilter, string> = {
  mine: `status <> 'resolved' and "assigneeId" = $1`,
  unassigned: `status <> 'resolved' and "assigneeId" is null`,
  all: `status <> 'resolved'`,
  resolved: `"archivedAt" is not null`,
};

type Key = { at: string; id: string };

/**
 * A page of conversations, newest change first, with my unread counts and how many each filter holds.
 * `changedSince`: only those changed at or after that time. Errors: `forbidden`, `bad_request` (a cursor
 * that is none of ours).
 */
export async function listConversations(caller: Caller, input: CommandInput<"conversation:list">): Promise<CommandData<"conversation:list">> {
  assertStaff(caller.identity);
  const { node, identity } = caller;
  const limit = input.limit ?? pageSize;
  const after = input.cursor === undefined || input.cursor === null ? null : readCursor(input.cursor);
  const order = input.filter === "resolved" ? `"archivedAt"` : `"updatedAt"`;
  const [page, counts] = await Promise.all([
    node.database.pool.query<Key>(
      `select id, to_char(${order} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
         from "Conversation"
        where ${filters[input.filter]} and $1::uuid is not null
          and ($2::timestamptz is null or (${order}, id) < ($2::timestamptz, $3::uuid))
          and ($4::timestamptz is null or ${order} >= $4::timestamptz)
        order by ${order} desc, id desc limit $5`,
      [identity.userId, after?.at ?? null, after?.id ?? null, input.changedSince ?? null, limit + 1],
    ),
    countConversations(caller),
  ]);
  const keys = page.rows.slice(0, limit);
  const last = keys.at(-1);
  return {
    conversations: await loadConversations(node, keys.map((key) => key.id), identity.userId),
    cursor: page.rows.length > limit && last !== undefined ? writeCursor(last) : null,
    counts,
  };
}

async function countConversations({ node, identity }: Caller): Promise<CommandData<"conversation:list">["counts"]> {
  const { rows } = await node.database.pool.query<CommandData<"conversation:list">["counts"]>({
    name: "count-conversations",
    text: `select count(*) filter (where "assigneeId" = $1)::float8 as mine, count(*) filter (where "assigneeId" is null)::float8 as unassigned,
                  count(*)::float8 as all, (select count(*) from "Conversation" where status = 'resolved')::float8 as resolved
             from "Conversation" where status <> 'resolved'`,
    values: [identity.userId],
  });
  return rows[0] ?? { mine: 0, unassigned: 0, all: 0, resolved: 0 };
}

function writeCursor({ at, id }: Key): string {
  return Buffer.from(JSON.stringify([at, id])).toString("base64url");
}

function readCursor(cursor: string): Key {
  const [, at, id] = /^\["([\dT:.Z-]{24})","([\da-f-]{36})"\]$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (at === undefined || id === undefined || Number.isNaN(Date.parse(at))) throw new DomainError("bad_request", "This cursor is not one of ours. Start again without it.");
  return { at, id };
}
