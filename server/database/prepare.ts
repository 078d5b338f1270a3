import type { Config } from "#server/config.ts";
import { lockDataFolder, makeDataFolder } from "#server/data-folder.ts";
import type { Log } from "#server/log.ts";
import { checkDatabase } from "./check.ts";
import { type Database, openDatabase } from "./client.ts";
import { startEmbedded } from "./embedded.ts";
import { migrate } from "./migrate.ts";

/** What a node needs before it can be made. */
export type Prepared = {
  readonly database: Database;
  /** Of the database that is used, embedded or not; holds the password. */
  readonly databaseUrl: string;
  /** Closes the connections, then stops the embedded database, then gives the data folder free. */
  close(): Promise<void>;
};

/**
 * Makes the data folder, starts the embedded database or checks the one of DATABASE_URL, and migrates it.
 * Throws a StartError for whatever the owner can mend; then nothing is left running.
 * Nodes that share a DATABASE_URL may share a data folder; the embedded database belongs to one process.
 */
export async function prepare(config: Config, log: Log): Promise<Prepared> {
  const undo: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    await makeDataFolder(config.dataDir);
    const databaseUrl = config.databaseUrl ?? (await ownDatabase(config.dataDir, log, undo));
    if (config.databaseUrl !== null) await checkDatabase(databaseUrl);
    await migrate({ url: databaseUrl, log });
    const database = openDatabase({ url: databaseUrl, log });
    undo.push(() => database.close());
    return { database, databaseUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ownDatabase(dataDir: string, log: Log, undo: (() => Promise<void>)[]): Promise<string> {
  undo.push(await lockDataFolder(dataDir));
  const embedded = await startEmbedded({ dataDir, log });
  undo.push(() => embedded.stop());
  return embedded.url;
}
