import type { Secrets } from "./auth/secrets.ts";
import type { Bus } from "./bus.ts";
import type { Config } from "./config.ts";
import type { Database } from "./database/client.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Place } from "./public-address.ts";
import type { FileStore } from "./storage/index.ts";

/** What one node stands on. It is passed along, never imported, because several nodes may run in one process. */
export type Platform = {
  /** Unique to this start of this node. */
  readonly id: string;
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly bus: Bus;
  readonly storage: FileStore;
  readonly secrets: Secrets;
  /** Where webhooks may be sent; the public internet if left out. Never a setting: tests put the loopback in. */
  readonly mayCall?: (place: Place) => boolean;
};
