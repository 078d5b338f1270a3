import type { WebhookEvent } from "#protocol/developers.ts";

import type { Platform } from "#server/platform.ts";

/** Which events some endpoint wants, as this node knows it: at most a second old. */
export type WebhookRegistry = {
  /** Whether the statement that stores messages has to tell of them: with no endpoint, webhooks cost it nothing. */
  wants(event: WebhookEvent): boolean;
  /** Reads the endpoints again; answers those for which something is due. */
  refresh(platform: Pick<Platform, "database">): Promise<string[]>;
};

export function createWebhookRegistry(): WebhookRegistry {
  let wanted: ReadonlySet<string> = new Set();
  return {
    wants: (event) => wanted.has(event),
    async refresh({ database }) {
      const { rows } = await database.pool.query<{ id: string; events: string[]; due: boolean }>({
        name: "read-webhooks",
        text: `select e.id, e.events, exists (
                 select from "WebhookDelivery" d where d."endpointId" = e.id and d."nextAt" <= clock_timestamp()
               ) as due from "WebhookEndpoint" e where e."disabledAt" is null`,
      });
      wanted = new Set(rows.flatMap(({ events }) => events));
      return rows.filter(({ due }) => due).map(({ id }) => id);
    },
  };
}
