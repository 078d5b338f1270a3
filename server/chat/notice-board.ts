import type { NoticeBody, NoticePatch } from "#protocol/http.ts";
import type { Notice } from "#protocol/objects.ts";

import { inOneTransaction, type Once } from "#server/auth/answer-once.ts";
import { assertAction } from "#server/auth/policy.ts";
import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";

import type { Caller, Node } from "./node.ts";
import { loadCountedNotice, loadCountedNotices, noticeNotFound, presentNotice } from "./notice-rows.ts";
import { announceNotices } from "./notice-watch.ts";
import { rooms } from "./rooms.ts";

/** A new draft. Errors: `forbidden`, `bad_request` (it would end before it begins). */
export async function createNotice(caller: Caller, body: NoticeBody, once: Once<Notice> = inOneTransaction(caller.node)): Promise<Notice> {
  assertAction(caller.identity, "notices:manage");
  assertTimes(body.startsAt ?? null, body.endsAt ?? null);
  const { node, identity } = caller;
  const data = {
    id: createId(),
    title: body.title,
    body: body.body,
    level: body.level,
    audience: body.audience,
    requireAck: body.requireAck ?? body.level === "urgent",
    startsAt: body.startsAt ?? null,
    endsAt: body.endsAt ?? null,
    createdById: identity.userId,
  };
  return once(async (rows) => {
    const row = await rows.notice.create({ data });
    return { ...presentNotice(row), counts: { online: node.presence.onlineUsers(row.audience).length, delivered: 0, seen: 0, acknowledged: 0 } };
  });
}

/**
 * Changes a notice; its audience sees the change at once if it is in force. Its audience itself can only
 * be changed while it is a draft. Errors: `forbidden`, `not_found`, `bad_request`, `conflict`.
 */
export async function updateNotice(caller: Caller, id: string, patch: NoticePatch): Promise<Notice> {
  assertAction(caller.identity, "notices:manage");
  const { node } = caller;
  const before = await node.database.prisma.notice.findUnique({ where: { id } });
  if (before === null) throw noticeNotFound();
  if (before.status === "withdrawn") throw new DomainError("conflict", "A withdrawn notice cannot be changed. Write a new one.");
  if (before.status === "published" && patch.audience !== undefined && patch.audience !== before.audience) {
    throw new DomainError("conflict", "This notice is out already: its audience stays. Withdraw it and write a new one.");
  }
  assertTimes(chosenTime(patch.startsAt, before.startsAt), chosenTime(patch.endsAt, before.endsAt));
  const { title, body, level, audience, requireAck, startsAt, endsAt } = patch;
  const data = Object.fromEntries(Object.entries({ title, body, level, audience, requireAck, startsAt, endsAt }).filter(([, value]) => value !== undefined));
  await node.database.prisma.notice.update({ where: { id }, data });
  await announceNotices(node);
  const notice = await loadCountedNotice(node, id);
  node.delivery.deliver([{ rooms: [rooms.staff], event: "notice:updated", payload: { notice } }], null);
  return notice;
}

/**
 * Publishes a draft and reaches everyone of its audience who is online; one that begins later is
 * scheduled. Pushing what is out already pushes it again. Errors: `forbidden`, `not_found`, `conflict`.
 */
export async function pushNotice(caller: Caller, id: string): Promise<Notice> {
  assertAction(caller.identity, "notices:manage");
  const { node } = caller;
  const { rows } = await node.database.pool.query<{ status: Notice["status"] }>(
    `update "Notice" set "updatedAt" = clock_timestamp(), "publishedAt" = clock_timestamp(),
            status = case when "startsAt" > clock_timestamp() then 'scheduled'::"NoticeStatus" else 'published'::"NoticeStatus" end
      where id = $1 and status <> 'withdrawn' and ("endsAt" is null or "endsAt" > clock_timestamp()) returning status`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) {
    await loadCountedNotice(node, id);
    throw new DomainError("conflict", "This notice was withdrawn or is over. Write a new one.");
  }
  if (row.status === "published") await publish(node, [id]);
  const notice = await loadCountedNotice(node, id);
  node.delivery.deliver([{ rooms: [rooms.staff], event: "notice:updated", payload: { notice } }], null);
  return notice;
}

/** Takes a notice back: it disappears everywhere. Errors: `forbidden`, `not_found`. */
export async function withdrawNotice(caller: Caller, id: string): Promise<Notice> {
  assertAction(caller.identity, "notices:manage");
  const { node } = caller;
  const { rowCount } = await node.database.pool.query(`update "Notice" set status = 'withdrawn', "updatedAt" = clock_timestamp() where id = $1`, [id]);
  if (rowCount === 0) throw noticeNotFound();
  await announceNotices(node);
  const notice = await loadCountedNotice(node, id);
  node.delivery.deliver([{ rooms: [rooms.staff], event: "notice:updated", payload: { notice } }], null);
  return notice;
}

/** Removes a draft, or a notice that nobody got any more than in history. Errors: `forbidden`, `not_found`. */
export async function deleteNotice(caller: Caller, id: string): Promise<void> {
  assertAction(caller.identity, "notices:manage");
  const notice = await withdrawNotice(caller, id);
  await caller.node.database.prisma.notice.delete({ where: { id: notice.id } });
}

/** All notices, newest first, with counts. Errors: `forbidden`. */
export async function listAllNotices(caller: Caller, page: { before: string | null; limit: number }): Promise<{ items: Notice[]; cursor: string | null }> {
  assertAction(caller.identity, "notices:manage");
  const { node } = caller;
  const rows = await node.database.prisma.notice.findMany({
    ...(page.before === null ? {} : { where: { id: { lt: page.before } } }),
    orderBy: { id: "desc" },
    take: page.limit + 1,
    select: { id: true },
  });
  const ids = rows.slice(0, page.limit).map((row) => row.id);
  return { items: await loadCountedNotices(node, ids), cursor: rows.length > page.limit ? (ids.at(-1) ?? null) : null };
}

export async function readNotice(caller: Caller, id: string): Promise<Notice> {
  assertAction(caller.identity, "notices:manage");
  return loadCountedNotice(caller.node, id);
}

/** Who got a notice and what each did with it, latest first. Errors: `forbidden`, `not_found`. */
export async function listNoticeReceipts(caller: Caller, id: string, page: { before: string | null; limit: number }) {
  assertAction(caller.identity, "notices:manage");
  await loadCountedNotice(caller.node, id);
  const rows = await caller.node.database.prisma.noticeMark.findMany({
    where: { noticeId: id, ...(page.before === null ? {} : { userId: { lt: page.before } }) },
    orderBy: { userId: "desc" },
    take: page.limit + 1,
    include: { user: { select: { name: true, role: true } } },
  });
  const items = rows.slice(0, page.limit).map((row) => ({
    userId: row.userId,
    name: row.user.name,
    role: row.user.role,
    deliveredAt: row.deliveredAt.toISOString(),
    seenAt: row.seenAt?.toISOString() ?? null,
    dismissedAt: row.dismissedAt?.toISOString() ?? null,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  }));
  return { items, cursor: rows.length > page.limit ? (items.at(-1)?.userId ?? null) : null };
}

/** Publishes what was scheduled for now; of several nodes, one does it. Answers how many. */
export async function publishScheduled(node: Node): Promise<number> {
  const { rows } = await node.database.pool.query<{ id: string }>(
    `update "Notice" set status = 'published', "updatedAt" = clock_timestamp()
      where status = 'scheduled' and "startsAt" <= clock_timestamp() and ("endsAt" is null or "endsAt" > clock_timestamp()) returning id`,
  );
  if (rows.length > 0) await publish(node, rows.map(({ id }) => id));
  return rows.length;
}

/* Whoever is online on any node is whom it reaches now; each node notes down its own. */
async function publish(node: Node, ids: readonly string[]): Promise<void> {
  const { rows } = await node.database.pool.query<{ id: string; audience: Notice["audience"] }>(`select id, audience from "Notice" where id = any($1::uuid[])`, [ids]);
  await node.database.pool.query(
    `update "Notice" n set online = greatest(n.online, o.online) from unnest($1::uuid[], $2::int[]) o(id, online) where n.id = o.id`,
    [rows.map(({ id }) => id), rows.map(({ audience }) => node.presence.onlineUsers(audience).length)],
  );
  await announceNotices(node);
}

function chosenTime(patched: string | null | undefined, before: Date | null): string | null {
  return patched === undefined ? (before?.toISOString() ?? null) : patched;
}

function assertTimes(startsAt: string | null, endsAt: string | null): void {
  if (startsAt !== null && endsAt !== null && Date.parse(endsAt) <= Date.parse(startsAt)) {
    throw new DomainError("bad_request", "A notice must end after it begins: check startsAt and endsAt.");
  }
}
