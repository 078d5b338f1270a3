import { unseal } from "#server/auth/seal.ts";

import type { Node } from "./node.ts";
import { readWebhookData, type Subject } from "./webhook-content.ts";
import { signWebhook } from "./webhook-signature.ts";

/** Sends a webhook and answers its status; throws when no answer came. */
export type Post = (letter: { url: string; headers: Readonly<Record<string, string>>; body: string }) => Promise<{ status: number }>;

/** The address is none that we send to. */
export class CallRefused extends Error {
  constructor() {
    super("refused: this address is not on the public internet, or not a port of the web");
  }
}

/** What an attempt came to: a status, or why there was none. */
type Outcome = { status: number | null; error: string | null };
type Due = { id: string; type: string; subject: Subject; createdAt: Date; attempts: number; url: string; secret: Uint8Array };

const lookMs = 1_000;
/** An attempt that is not recorded by then belongs to a node that died: it is made again. Longer than any can take. */
const leaseS = 30;
/** Deliveries to one endpoint under way at a time; a slow endpoint holds up nobody else. */
const atOnce = 8;
/** Seconds to wait after the first failure, the second, and so on; after the last one it is over. */
const waits = [5, 5 * 60, 30 * 60, 2 * 3_600, 8 * 3_600, 24 * 3_600] as const;

/**
 * Delivers what the outbox holds. Any number of nodes may do so: each takes deliveries that no other one has. The order
 * is not kept, and an endpoint may get one twice; its `webhook-id` tells. Answers what stops it, after what is under way.
 */
export function startWebhooks(node: Node, post: Post): () => Promise<void> {
  const pumps = new Map<string, Promise<void>>();
  let looking: Promise<void> | null = null;
  let stopped = false;

  async function look(): Promise<void> {
    for (const endpointId of await node.webhooks.refresh(node)) {
      if (stopped || pumps.has(endpointId)) continue;
      pumps.set(endpointId, pump(endpointId).finally(() => pumps.delete(endpointId)));
    }
  }

  async function pump(endpointId: string): Promise<void> {
    try {
      for (let due = await claim(node, endpointId); due.length > 0; due = stopped ? [] : await claim(node, endpointId)) {
        await Promise.all(due.map((one) => attempt(node, one, post)));
      }
    } catch (error) {
      node.log.warn({ err: error, endpointId }, "webhooks could not be delivered; they are tried again");
    }
  }

  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => node.log.debug({ err: error }, "the outbox of webhooks could not be read"))
      .finally(() => {
        looking = null;
      });
  }, lookMs);
  timer.unref();

  return async () => {
    stopped = true;
    clearInterval(timer);
    await looking;
    await Promise.all(pumps.values());
  };
}

async function claim({ database }: Node, endpointId: string): Promise<Due[]> {
  const { rows } = await database.pool.query<Due>({
    name: "claim-webhooks",
    text: `with due as materialized (
             select d.id from "WebhookDelivery" d
              where d."endpointId" = $1 and d."nextAt" <= clock_timestamp()
              order by d."nextAt" limit ${atOnce} for update skip locked
           )
           update "WebhookDelivery" d
              set attempts = d.attempts + 1, "triedAt" = clock_timestamp(), "nextAt" = clock_timestamp() + interval '${leaseS} seconds'
             from due, "WebhookEndpoint" e
            where d.id = due.id and e.id = $1 and e."disabledAt" is null
           returning d.id, d.type, d.subject, d."createdAt", d.attempts, e.url, e.secret`,
    values: [endpointId],
  });
  return rows;
}

async function attempt(node: Node, due: Due, post: Post): Promise<void> {
  const { status, error } = await send(node, due, post);
  const delivered = status !== null && status >= 200 && status < 300;
  const gone = status === 410;
  const wait = delivered || gone || error === subjectGone ? undefined : waits[due.attempts - 1];
  const result = delivered ? "delivered" : wait === undefined ? "failed" : "retried";
  node.metrics.webhookDeliveries.inc({ result });
  // Only the attempt that is still the last one is recorded: it may have been asked for anew meanwhile.
  await node.database.pool.query(
    `with recorded as (
       update "WebhookDelivery" set status = $3, error = $4, "deliveredAt" = case when $5 then clock_timestamp() end,
              "nextAt" = clock_timestamp() + $6 * interval '1 second'
        where id = $1 and attempts = $2 and "nextAt" is not null returning "endpointId"
     )
     update "WebhookEndpoint" set "disabledAt" = clock_timestamp(), gone = true
      where $7 and "disabledAt" is null and id in (select "endpointId" from recorded)`,
    [due.id, due.attempts, status, error, delivered, wait ?? null, gone],
  );
}

const subjectGone = "what it was about is gone";

async function send(node: Node, { id, type, subject, createdAt, url, secret: sealed }: Due, post: Post): Promise<Outcome> {
  const secret = unseal(node.secrets.key("webhook"), sealed);
  if (secret === null) return { status: null, error: "its secret was sealed by another installation: make the endpoint anew" };
  try {
    const data = await readWebhookData(node, type, subject);
    if (data === null) return { status: null, error: subjectGone };
    const body = JSON.stringify({ type, timestamp: createdAt.toISOString(), data });
    const headers = { "Content-Type": "application/json", "User-Agent": "Xiaoer-Webhooks/1.0", ...signWebhook(secret, { id, at: Date.now(), body }) };
    const { status } = await post({ url, headers, body });
    return { status, error: status >= 300 && status < 400 ? "redirects are not followed" : null };
  } catch (error) {
    return { status: null, error: explain(error) };
  }
}

/* Codes rather than messages, which may name addresses inside. */
function explain(error: unknown): string {
  if (error instanceof CallRefused) return error.message;
  if (error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError")) return "no answer within 5 seconds";
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
  return code ?? (error instanceof Error ? error.message.slice(0, 200) : "it failed");
}
