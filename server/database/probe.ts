import { realpath } from "node:fs/promises";
import pg from "pg";
import { codeOf } from "#server/start-error.ts";
import type { Cluster } from "./cluster.ts";

/**
 * Who answers at the port of a cluster.
 * ours: its own server, ready · busy: a PostgreSQL that starts or stops · silent: it takes connections and says
 * nothing · foreign: another program · none: nobody.
 */
export type Found = "ours" | "busy" | "silent" | "foreign" | "none";

/** PostgreSQL's code for "starting up", "shutting down" and "in recovery". */
const cannotConnectNow = "57P03";

/** A connection as the cluster's own superuser, over TCP: whoever holds the port is found that way. */
export function adminClient({ note }: Cluster, limitMs = 2_000): pg.Client {
  return new pg.Client({
    host: "127.0.0.1", port: note.port, user: "postgres", password: note.adminPassword, database: "postgres",
    application_name: "xiaoer-keeper", connectionTimeoutMillis: limitMs, query_timeout: limitMs, keepAlive: true,
  });
}

/** Finds out by connecting; process ids and lock files do not tell the truth after a crash. */
export async function probe(cluster: Cluster): Promise<Found> {
  if (cluster.note.port === 0) return "none";
  const client = adminClient(cluster);
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
    const [theirs, own] = await Promise.all([realpath(rows[0]?.folder ?? "/"), realpath(cluster.folder)]);
    return theirs === own ? "ours" : "foreign";
  } catch (error) {
    return meaningOf(error);
  } finally {
    client.end().catch(() => undefined);
  }
}

function meaningOf(error: unknown): Found {
  const code = codeOf(error);
  if (code === cannotConnectNow) return "busy";
  if (code === "ECONNREFUSED") return "none";
  const waited = error instanceof Error && /timeout/i.test(error.message);
  return waited ? "silent" : "foreign";
}
