import type { NoticeAudience } from "#protocol/objects.ts";

import type { Parcel } from "./delivery.ts";
import type { Node } from "./node.ts";
import { inForce, noticeColumns, type NoticeRow, presentNotice } from "./notice-rows.ts";
import { recordDelivered } from "./notices.ts";
import { rooms } from "./rooms.ts";

/**
 * The notices in force as this node last saw them. Each node compares them with the database and tells its own
 * sessions what differs: after a change of its own, when another node says that there is one, and with every
 * sweep, so that a notice reaches everyone whatever became of the bus.
 */
export type NoticeWatch = {
  refresh(node: Node): Promise<void>;
};

export const noticesTopic = "notices";
export const audienceRooms: Record<NoticeAudience, string> = { everyone: rooms.everyone, customers: rooms.customers, staff: rooms.staff };

/** Both times as text, so that they compare exactly. */
type Row = NoticeRow & { pushed: string | null; changed: string; current: boolean };
type Known = Pick<Row, "audience" | "pushed" | "changed">;

export function createNoticeWatch(): NoticeWatch {
  const known = new Map<string, Known>();
  let last: Promise<void> = Promise.resolve();

  async function compare(node: Node): Promise<void> {
    const { rows } = await node.database.pool.query<Row>({
      name: "watch-notices",
      text: `select ${noticeColumns}, n."publishedAt"::text as pushed, n."updatedAt"::text as changed, (${inForce}) as current
               from "Notice" n where (${inForce}) or n.id = any($1::uuid[])`,
      values: [[...known.keys()]],
    });
    const found = new Map(rows.map((row) => [row.id, row]));
    for (const [id, { audience }] of known) {
      if (found.has(id)) continue;
      known.delete(id);
      node.delivery.deliverHere([withdrawal(id, audience)]);
    }
    const pushed: string[] = [];
    for (const row of rows) {
      const before = known.get(row.id);
      if (row.current) known.set(row.id, row);
      else known.delete(row.id);
      if (row.current && before?.pushed !== row.pushed) {
        pushed.push(row.id);
        node.delivery.deliverHere([pushOf(row)]);
      } else if (row.status === "withdrawn") node.delivery.deliverHere([withdrawal(row.id, row.audience)]);
      else if (before?.changed === row.changed) continue;
      else node.delivery.deliverHere([{ rooms: [audienceRooms[row.audience]], except: rooms.staff, event: "notice:updated", payload: { notice: presentNotice(row) } }]);
      node.noticeCounts.changed(row.id);
    }
    for (const id of pushed) await recordDelivered(node, [id], usersHere(node, known.get(id)?.audience ?? "staff"));
  }

  return {
    // One at a time, so that what was read first is told first.
    refresh: (node) => (last = last.then(() => compare(node), () => compare(node))),
  };
}

/** Tells of the notices that changed, here and on all nodes. Call it after the change is committed. */
export async function announceNotices(node: Node): Promise<void> {
  node.bus.publish(noticesTopic, null);
  await node.notices.refresh(node);
}

function pushOf(row: Row): Parcel<"notice:pushed"> {
  const mine = { seenAt: null, dismissedAt: null, acknowledgedAt: null };
  return { rooms: [audienceRooms[row.audience]], event: "notice:pushed", payload: { notice: { ...presentNotice(row), mine } } };
}

function withdrawal(noticeId: string, audience: NoticeAudience): Parcel<"notice:withdrawn"> {
  return { rooms: [audienceRooms[audience]], event: "notice:withdrawn", payload: { noticeId } };
}

function usersHere({ sessions }: Node, audience: NoticeAudience): string[] {
  const room = audienceRooms[audience];
  return [...new Set([...sessions.all()].filter((session) => session.rooms.has(room)).map(({ identity }) => identity.userId))];
}
