import type { Row } from "./row.ts";
import { browserCrashes, twoTabs } from "./rows/browser.ts";
import { clockJumps } from "./rows/clock.ts";
import { namedCrashes } from "./rows/crashes.ts";
import { flapping, storm } from "./rows/crowd.ts";
import { backendsEnded, databaseHangs, databaseSlow, databaseStopped, postmasterKilled } from "./rows/database.ts";
import { databaseFull } from "./rows/disk.ts";
import { sentFiveTimes } from "./rows/duplicates.ts";
import { filesFull } from "./rows/files.ts";
import { cablePulled } from "./rows/namespace.ts";
import { cutFrames, farAway, narrowLines, nginxKilled, nginxReloads, oneWay } from "./rows/network.ts";
import { nodesKilled, nodesRestarted } from "./rows/nodes.ts";
import { nodePaused } from "./rows/paused.ts";
import { fastWriter, slowReaders } from "./rows/pressure.ts";
import { redisFlushed, redisHangs, redisKilled, redisLoses, redisPartitioned, redisReorders, redisRepeats } from "./rows/redis.ts";
import { databaseRestored } from "./rows/restore.ts";
import { shippedKilled } from "./rows/shipped.ts";
import { tokensExpire } from "./rows/tokens.ts";

/** All rows, in the order in which they run: those that need nodes of another kind stand together. */
export const rows: readonly Row[] = [
  shippedKilled, nodesKilled, namedCrashes, nodesRestarted, nodePaused,
  redisKilled, redisHangs, redisFlushed,
  backendsEnded, postmasterKilled, databaseStopped, databaseHangs, databaseSlow, databaseFull,
  cablePulled, oneWay, farAway, cutFrames, narrowLines, nginxReloads, nginxKilled,
  sentFiveTimes, flapping, storm, clockJumps, slowReaders, fastWriter, filesFull, browserCrashes, twoTabs, tokensExpire, databaseRestored,
  redisLoses, redisReorders, redisRepeats, redisPartitioned,
];
