import type { CommandData, CommandInput } from "#protocol/commands.ts";

import type { Role } from "#protocol/objects.ts";

import type { Caller, Node } from "./node.ts";
import { inForce, loadCountedNotice, noticeColumns, noticeNotFound, type NoticeRow, presentMine, presentNotice } from "./notice-rows.ts";
import { rooms } from "./rooms.ts";

type MarkTimes = { seenAt: Date | null; dismissedAt: Date | null; acknowledgedAt: Date | null };

/** The audiences that someone of this role belongs to. */
export function audiencesOf(role: Role): string[] {
  return ["everyone", role === "customer" ? "customers" : "staff"];
}

/** The notices in force for me that I have not dismissed, newest first, with what I did with each. Being listed counts as delivered. */
export async function listNotices(caller: Caller): Promise<CommandData<"notice:list">> {
  const { node, identity } = caller;
  const { rows } = await node.database.pool.query<NoticeRow & MarkTimes & { delivered: boolean }>({
    name: "list-notices",
    text: `select ${noticeColumns}, m."seenAt", m."dismissedAt", m."acknowledgedAt", m."noticeId" is not null as delivered
             from "Notice" n left join "NoticeMark" m on m."noticeId" = n.id and m."userId" = $1
            where ${inForce} and n.audience::text = any($2) and m."dismissedAt" is null
            order by n."publishedAt" desc, n.id desc limit 50`,
    values: [identity.userId, audiencesOf(identity.role)],
  });
  const fresh = rows.filter((row) => !row.delivered).map((row) => row.id);
  if (fresh.length > 0) {
    await recordDelivered(node, fresh, [identity.userId]);
    for (const id of fresh) node.noticeCounts.changed(id);
  }
  return { notices: rows.map((row) => ({ ...presentNotice(row), mine: presentMine(row) })) };
}

/** Notes down that these users got these notices; repeats are harmless. */
export async function recordDelivered(node: Node, noticeIds: readonly string[], userIds: readonly string[]): Promise<void> {
  await node.database.pool.query(
    `insert into "NoticeMark" ("noticeId", "userId") select n.id, u.id from unnest($1::uuid[]) n(id) cross join unnest($2::uuid[]) u(id)
      where exists (select 1 from "User" known where known.id = u.id) on conflict do nothing`,
    [noticeIds, userIds],
  );
}

/* Seeing is implied by the other two; a mark once set keeps its first time. */
const markStatement = `
insert into "NoticeMark" as mine ("noticeId", "userId", "seenAt", "dismissedAt", "acknowledgedAt")
select n.id, $2, clock_timestamp(), case when $3 = 'dismissed' then clock_timestamp() end, case when $3 = 'acknowledged' then clock_timestamp() end
  from "Notice" n where n.id = $1 and n.status = 'published' and n.audience::text = any($4)
on conflict ("noticeId", "userId") do update
   set "seenAt" = coalesce(mine."seenAt", excluded."seenAt"),
       "dismissedAt" = coalesce(mine."dismissedAt", excluded."dismissedAt"),
       "acknowledgedAt" = coalesce(mine."acknowledgedAt", excluded."acknowledgedAt")
returning 1`;

/** Notes down that I saw, dismissed or acknowledged a notice. Errors: `not_found`. */
export async function markNotice(caller: Caller, { noticeId, state }: CommandInput<"notice:mark">): Promise<CommandData<"notice:mark">> {
  const { node, identity } = caller;
  const marked = await node.database.pool.query(markStatement, [noticeId, identity.userId, state, audiencesOf(identity.role)]);
  if (marked.rowCount === 0) throw noticeNotFound();
  node.noticeCounts.changed(noticeId);
  return {};
}

/** Tells staff the live counts of a notice, at most twice a second each: 10,000 acknowledgements are no storm. */
export type NoticeCounts = { changed(noticeId: string): void; close(): void };

const countsMs = 500;

export function createNoticeCounts(tell: (noticeId: string) => Promise<void>): NoticeCounts {
  const waiting = new Map<string, NodeJS.Timeout>();
  return {
    changed(noticeId) {
      if (waiting.has(noticeId)) return;
      const timer = setTimeout(() => {
        waiting.delete(noticeId);
        void tell(noticeId);
      }, countsMs);
      timer.unref();
      waiting.set(noticeId, timer);
    },
    close() {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}

/** Sends the counts of one notice to all staff; a notice that is gone has none. */
export async function tellNoticeCounts(node: Node, noticeId: string): Promise<void> {
  try {
    const notice = await loadCountedNotice(node, noticeId);
    node.delivery.deliver([{ rooms: [rooms.staff], event: "notice:updated", payload: { notice } }], null);
  } catch (error) {
    node.log.debug({ err: error, noticeId }, "the counts of a notice were not told");
  }
}
