import type { EventPayload } from "#protocol/events.ts";

import type { Node } from "./node.ts";
import type { Session } from "./session.ts";

type Heads = EventPayload<"conversation:heads">["heads"];
type Row = { id: string; customerId: string; head: number; rev: number };

/** What staff are told of beyond what they have open. */
const recentMs = 60_000;

/** Which conversations changed on this node lately: a batch notes them down, `tellHeads` reads them. */
export type RecentChanges = {
  note(conversationIds: Iterable<string>): void;
  /** Those of the last minute; forgets older ones. */
  list(): string[];
};

export function createRecentChanges(): RecentChanges {
  const changes = new Map<string, number>();
  return {
    note(conversationIds) {
      const now = Date.now();
      for (const id of conversationIds) {
        changes.delete(id);
        changes.set(id, now);
      }
    },
    list() {
      const since = Date.now() - recentMs;
      for (const [id, at] of changes) {
        if (at >= since) break;
        changes.delete(id);
      }
      return [...changes.keys()];
    },
  };
}

/**
 * Tells every session how far its conversations have come, so that whoever missed an event finds out:
 * customers of their newest one, staff of what they have open and of what changed in the last minute.
 * A session is only told what is news since it was told last.
 */
export async function tellHeads(node: Node): Promise<void> {
  const sessions = [...node.sessions.all()];
  const customers = new Set<string>();
  const wanted = new Set(node.recentChanges.list());
  for (const { identity, opened } of sessions) {
    if (identity.role === "customer") customers.add(identity.userId);
    for (const id of opened) wanted.add(id);
  }
  const [newest, named] = await Promise.all([readNewest(node, [...customers]), readNamed(node, [...wanted])]);
  const recent = new Set(node.recentChanges.list());
  for (const session of sessions) {
    if (session.identity.role === "customer") tell(session, newest.get(session.identity.userId) ?? []);
    else tell(session, named.filter(({ id }) => recent.has(id) || session.opened.has(id)));
  }
}

function tell(session: Session, rows: readonly Row[]): void {
  const heads: Heads = {};
  for (const { id, head, rev } of rows) {
    const stamp = `${head}/${rev}`;
    if (session.toldHeads.get(id) === stamp) continue;
    session.toldHeads.set(id, stamp);
    heads[id] = { head, rev };
  }
  if (!session.ended && Object.keys(heads).length > 0) session.transport.send("conversation:heads", { heads });
}

const columns = `id, "customerId", "lastSeq"::float8 as head, rev::float8 as rev`;

async function readNewest({ database }: Node, customerIds: string[]): Promise<Map<string, Row[]>> {
  if (customerIds.length === 0) return new Map();
  const { rows } = await database.pool.query<Row>({
    name: "newest-heads",
    text: `select distinct on ("customerId") ${columns} from "Conversation" where "customerId" = any($1::uuid[]) order by "customerId", "createdAt" desc, id desc`,
    values: [customerIds],
  });
  return new Map(rows.map((row) => [row.customerId, [row]]));
}

async function readNamed({ database }: Node, ids: string[]): Promise<Row[]> {
  if (ids.length === 0) return [];
  const { rows } = await database.pool.query<Row>({ name: "named-heads", text: `select ${columns} from "Conversation" where id = any($1::uuid[])`, values: [ids] });
  return rows;
}
