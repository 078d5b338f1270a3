import type { Platform } from "#server/platform.ts";

import type { Node } from "./node.ts";

type Epoch = { readonly epoch: string; readonly edge: number };

/** Everybody comes back within this time, not all at once. */
const spreadMs = 5_000;

/**
 * Which state of the database this is, and the oldest transaction still running in it. A restored dump is another
 * database, a restored backup another timeline: either way nobody must trust the positions that they hold.
 */
export async function readEpoch({ database }: Pick<Platform, "database">): Promise<Epoch> {
  const { rows } = await database.pool.query<Epoch>({
    name: "read-epoch",
    text: `select concat_ws('.', (select system_identifier from pg_control_system()), (select timeline_id from pg_control_checkpoint()),
                  (select oid from pg_database where datname = current_database())) as epoch,
                  pg_snapshot_xmin(pg_current_snapshot())::text::float8 as edge`,
  });
  return rows[0] ?? { epoch: "", edge: 0 };
}

/** Notices a database that was restored under a running node: transactions count anew, and everyone is asked to come back and look. */
export async function followEpoch(node: Node): Promise<void> {
  const { epoch, edge } = await readEpoch(node);
  if (epoch === node.epoch) return;
  node.log.warn({ before: node.epoch, now: epoch }, "the database was restored to another state; everyone who is connected starts anew");
  node.epoch = epoch;
  node.told.restart(edge);
  for (const session of node.sessions.all()) node.sessions.end(session, "drain", Math.floor(Math.random() * spreadMs));
}
