import type { Platform } from "#server/platform.ts";

import type { Told } from "./told.ts";

/** Something stored that this node has not told of: by which transaction, and where to find it. */
export type Found = {
  readonly kind: "created" | "edited" | "changed" | "marked";
  readonly xid: number;
  readonly conversationId: string;
  /** Of a message; 0 otherwise. */
  readonly seq: number;
  /** Whose mark; null otherwise. */
  readonly userId: string | null;
};

/** `edge`: below it every transaction has ended. `top`: the next transaction. `next`: where the next page begins. */
export type SweepPage = { readonly found: readonly Found[]; readonly edge: number; readonly top: number; readonly next: number; readonly full: boolean };

const pageRows = 1_000;

/*
 * A cursor on ids or times would skip what commits late; one on transactions that have all ended cannot. Rows of
 * one transaction are never torn apart (with ties), and what was told already is not even read. In a database that
 * was restored from a dump, old messages carry transactions that are still to come: they are no news.
 */
const statement = `
select pg_snapshot_xmin(s)::text::float8 as edge, pg_snapshot_xmax(s)::text::float8 as top, page.*
  from pg_current_snapshot() s
  left join lateral (
    select * from (
      select 'created' as kind, xid, "conversationId", seq::float8 as seq, null::uuid as "userId" from "Message"
       where xid >= $1::xid8 and xid < pg_snapshot_xmin(s) and xid <> all($2::xid8[]) and at > clock_timestamp() - interval '1 hour'
      union all
      select 'edited', "changedXid", "conversationId", seq::float8, null from "Message"
       where "changedXid" >= $1::xid8 and "changedXid" < pg_snapshot_xmin(s) and "changedXid" <> all($2::xid8[])
         and at > clock_timestamp() - interval '1 hour'
      union all
      select 'changed', "changedXid", id, 0, null from "Conversation"
       where "changedXid" >= $1::xid8 and "changedXid" < pg_snapshot_xmin(s) and "changedXid" <> all($2::xid8[])
      union all
      select 'marked', xid, "conversationId", 0, "userId" from "ReadMark"
       where xid >= $1::xid8 and xid < pg_snapshot_xmin(s) and xid <> all($2::xid8[])
    ) fresh
    order by xid fetch first ${pageRows} rows with ties
  ) page on true`;

type Row = Omit<Found, "xid" | "kind"> & { edge: number; top: number; xid: string | null; kind: Found["kind"] | null };

/** Reads what was stored since the edge and not told of, in the order of transactions. */
export async function readSweepPage({ database }: Pick<Platform, "database">, told: Told): Promise<SweepPage> {
  const { rows } = await database.pool.query<Row>(statement, [told.edge, told.list()]);
  const { edge = told.edge, top = told.edge } = rows[0] ?? {};
  const found = rows.flatMap(({ kind, xid, conversationId, seq, userId }) =>
    kind === null || xid === null ? [] : [{ kind, xid: Number(xid), conversationId, seq, userId }],
  );
  const full = found.length >= pageRows;
  return { found, edge, top, full, next: full ? (found.at(-1)?.xid ?? edge) + 1 : edge };
}
