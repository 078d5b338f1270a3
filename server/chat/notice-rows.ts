import type { Notice } from "#protocol/objects.ts";

import { DomainError } from "#server/errors.ts";

import type { Node } from "./node.ts";

type Mine = { seenAt: Date | null; dismissedAt: Date | null; acknowledgedAt: Date | null };

/** A notice as `noticeColumns` selects it. */
export type NoticeRow = {
  id: string;
  title: string;
  body: string;
  level: Notice["level"];
  audience: Notice["audience"];
  requireAck: boolean;
  status: Notice["status"];
  startsAt: Date | null;
  endsAt: Date | null;
  online: number;
  createdAt: Date;
};

export const noticeColumns = `n.id, n.title, n.body, n.level, n.audience, n."requireAck", n.status, n."startsAt", n."endsAt", n.online, n."createdAt"`;

/** Published, begun, not over. */
export const inForce = `n.status = 'published' and (n."startsAt" is null or n."startsAt" <= clock_timestamp()) and (n."endsAt" is null or n."endsAt" > clock_timestamp())`;

export function presentNotice(row: NoticeRow): Notice {
  const { id, title, body, level, audience, requireAck, status } = row;
  return {
    id, title, body, level, audience, requireAck, status,
    startsAt: row.startsAt?.toISOString() ?? null,
    endsAt: row.endsAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

export function presentMine(row: Mine): NonNullable<Notice["mine"]> {
  return {
    seenAt: row.seenAt?.toISOString() ?? null,
    dismissedAt: row.dismissedAt?.toISOString() ?? null,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  };
}

/** A notice with its live counts, per user; `online` of a draft is whom it would reach now. Errors: `not_found`. */
export async function loadCountedNotice(node: Node, id: string): Promise<Notice> {
  const [notice] = await loadCountedNotices(node, [id]);
  if (notice === undefined) throw noticeNotFound();
  return notice;
}

/** Notices with counts, in the order of `ids`. */
export async function loadCountedNotices(node: Node, ids: readonly string[]): Promise<Notice[]> {
  type Counted = NoticeRow & { delivered: number; seen: number; acknowledged: number };
  const { rows } = await node.database.pool.query<Counted>(
    `select ${noticeColumns}, counts.*
       from unnest($1::uuid[]) with ordinality as wanted(id, n) join "Notice" n on n.id = wanted.id
      cross join lateral (
        select count(*)::float8 as delivered, count(m."seenAt")::float8 as seen, count(m."acknowledgedAt")::float8 as acknowledged
          from "NoticeMark" m where m."noticeId" = wanted.id
      ) counts order by wanted.n`,
    [ids],
  );
  return rows.map((row) => {
    const pushed = row.status === "published" || row.status === "withdrawn";
    const online = pushed ? Math.max(row.online, 0) : node.presence.onlineUsers(row.audience).length;
    return { ...presentNotice(row), counts: { online, delivered: row.delivered, seen: row.seen, acknowledged: row.acknowledged } };
  });
}

export function noticeNotFound(): DomainError {
  return new DomainError("not_found", "There is no such notice.");
}
