import { createLog } from "#server/log.ts";
import { startEmbedded } from "#server/database/embedded.ts";

/* Starts the database of a folder and says so; for tests that kill the process which started it. */
const [, , dataDir = ""] = process.argv;
await startEmbedded({ dataDir, log: createLog({ level: "silent", pretty: false }) });
process.stdout.write("running\n");
