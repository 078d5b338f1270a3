import type { WebhookDelivery } from "#protocol/developers.ts";
import { webhookDelivery } from "#protocol/developers.ts";

import { assertAction } from "#server/auth/policy.ts";
import { DomainError } from "#server/errors.ts";
import type { Platform } from "#server/platform.ts";

import type { Caller } from "./node.ts";
import { readWebhook } from "./webhook-endpoints.ts";

type Row = {
  id: string;
  type: string;
  subject: Record<string, unknown>;
  createdAt: Date;
  attempts: number;
  nextAt: Date | null;
  deliveredAt: Date | null;
  triedAt: Date | null;
  status: number | null;
  error: string | null;
};

const columns = `id, type, subject, "createdAt", attempts, "nextAt", "deliveredAt", "triedAt", status, error`;

/** What went to an endpoint or is on its way, newest first. Admins only. Errors: `not_found`. */
export async function listDeliveries(caller: Caller, webhookId: string, { before, limit }: { before: string | null; limit: number }): Promise<{ items: WebhookDelivery[]; cursor: string | null }> {
  await readWebhook(caller, webhookId);
  const { rows } = await caller.node.database.pool.query<Row>(
    `select ${columns} from "WebhookDelivery" where "endpointId" = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [webhookId, before, limit + 1],
  );
  const items = rows.slice(0, limit).map(present);
  return { items, cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Sends an event once more, under the same id, with all its attempts before it. Admins only. Errors: `not_found`, `conflict` (the endpoint is disabled). */
export async function repeatDelivery(caller: Caller, webhookId: string, id: string): Promise<WebhookDelivery> {
  await requireEnabled(caller, webhookId);
  const { rows } = await caller.node.database.pool.query<Row>(
    `update "WebhookDelivery" set attempts = 0, "nextAt" = clock_timestamp(), "deliveredAt" = null where id = $1 and "endpointId" = $2 returning ${columns}`,
    [id, webhookId],
  );
  const [row] = rows;
  if (row === undefined) throw new DomainError("not_found", "There is no such delivery.");
  return present(row);
}

/** Sends an endpoint an event that says nothing, `webhook.test`. Admins only. Errors: `not_found`, `conflict` (the endpoint is disabled). */
export async function testWebhook(caller: Caller, webhookId: string): Promise<WebhookDelivery> {
  await requireEnabled(caller, webhookId);
  const { rows } = await caller.node.database.pool.query<Row>(
    `insert into "WebhookDelivery" ("endpointId", type, subject) values ($1, 'webhook.test', '{}') returning ${columns}`,
    [webhookId],
  );
  const [row] = rows;
  if (row === undefined) throw new DomainError("internal", "The test could not be stored.");
  return present(row);
}

/** Forgets what is finished and two weeks old. */
export async function sweepDeliveries({ database }: Pick<Platform, "database">): Promise<void> {
  await database.pool.query(`delete from "WebhookDelivery" where "nextAt" is null and "createdAt" < clock_timestamp() - interval '14 days'`);
}

async function requireEnabled(caller: Caller, webhookId: string): Promise<void> {
  assertAction(caller.identity, "webhooks:manage");
  const { disabled } = await readWebhook(caller, webhookId);
  if (disabled) throw new DomainError("conflict", "This webhook is disabled. Enable it first.");
}

function present({ createdAt, nextAt, deliveredAt, triedAt, type, ...row }: Row): WebhookDelivery {
  return {
    ...row,
    type: webhookDelivery.shape.type.parse(type),
    state: deliveredAt !== null ? "delivered" : nextAt === null ? "failed" : "pending",
    createdAt: createdAt.toISOString(),
    nextAt: nextAt?.toISOString() ?? null,
    deliveredAt: deliveredAt?.toISOString() ?? null,
    triedAt: triedAt?.toISOString() ?? null,
  };
}
