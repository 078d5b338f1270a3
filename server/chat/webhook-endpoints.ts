import { isIP } from "node:net";

import { type MadeWebhook, type Webhook, type WebhookBody, webhookEvent, type WebhookPatch } from "#protocol/developers.ts";

import type { Once } from "#server/auth/answer-once.ts";
import { assertAction } from "#server/auth/policy.ts";
import { seal } from "#server/auth/seal.ts";
import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";
import { isPublicPlace } from "#server/public-address.ts";

import type { Caller, Node } from "./node.ts";
import { createWebhookSecret } from "./webhook-signature.ts";

type Row = { id: string; url: string; events: string[]; disabledAt: Date | null; gone: boolean; createdAt: Date; createdById: string | null; createdByName: string | null };

/** More than these on one installation are a mistake: each event is kept once for each of them. */
const most = 50;

const select = `
select e.id, e.url, e.events, e."disabledAt", e.gone, e."createdAt", e."createdById", u.name as "createdByName"
  from "WebhookEndpoint" e left join "User" u on u.id = e."createdById"`;

/** All endpoints, the oldest first. Admins only. */
export async function listWebhooks({ node, identity }: Caller): Promise<Webhook[]> {
  assertAction(identity, "webhooks:manage");
  const { rows } = await node.database.pool.query<Row>(`${select} order by e."createdAt", e.id`);
  return rows.map(present);
}

/** Admins only. Errors: `not_found`. */
export async function readWebhook({ node, identity }: Caller, id: string): Promise<Webhook> {
  assertAction(identity, "webhooks:manage");
  const { rows } = await node.database.pool.query<Row>(`${select} where e.id = $1`, [id]);
  const [row] = rows;
  if (row === undefined) throw webhookNotFound();
  return present(row);
}

/** Makes an endpoint; its secret stands in this answer only. Admins only. Errors: `bad_request` (an address we do not send to), `conflict` (too many). */
export async function createWebhook({ node, identity }: Caller, { url, events, once }: WebhookBody & { once: Once<MadeWebhook> }): Promise<MadeWebhook> {
  assertAction(identity, "webhooks:manage");
  const secret = createWebhookSecret();
  const data = { id: createId(), url: checkAddress(node, url), events: inOrder(events), secret: new Uint8Array(seal(node.secrets.key("webhook"), secret)), createdById: identity.userId };
  const made = await once(async (rows) => {
    if ((await rows.webhookEndpoint.count()) >= most) throw new DomainError("conflict", `There are ${most} webhooks already. Remove one first.`);
    const row = await rows.webhookEndpoint.create({ data, omit: { secret: true } });
    node.log.info({ webhookId: row.id, by: identity.userId }, "a webhook was made");
    return { ...present({ ...row, createdByName: identity.name }), secret };
  });
  await node.webhooks.refresh(node);
  return made;
}

/** Changes an endpoint. What it missed while disabled it does not get. Admins only. Errors: `not_found`, `bad_request`. */
export async function updateWebhook(caller: Caller, id: string, { url, events, disabled }: WebhookPatch): Promise<Webhook> {
  const { node, identity } = caller;
  assertAction(identity, "webhooks:manage");
  const { rowCount } = await node.database.pool.query(
    `update "WebhookEndpoint" set url = coalesce($2, url), events = coalesce($3, events), gone = gone and $4 is distinct from false,
            "disabledAt" = case when $4 then coalesce("disabledAt", clock_timestamp()) when not $4 then null else "disabledAt" end
      where id = $1`,
    [id, url === undefined ? null : checkAddress(node, url), events === undefined ? null : inOrder(events), disabled ?? null],
  );
  if (rowCount === 0) throw webhookNotFound();
  await node.webhooks.refresh(node);
  node.log.info({ webhookId: id, by: identity.userId }, "a webhook was changed");
  return readWebhook(caller, id);
}

/** Removes an endpoint with all that was on its way to it. Admins only. Errors: `not_found`. */
export async function deleteWebhook({ node, identity }: Caller, id: string): Promise<void> {
  assertAction(identity, "webhooks:manage");
  const { rowCount } = await node.database.pool.query(`delete from "WebhookEndpoint" where id = $1`, [id]);
  if (rowCount === 0) throw webhookNotFound();
  await node.webhooks.refresh(node);
  node.log.info({ webhookId: id, by: identity.userId }, "a webhook was removed");
}

export function webhookNotFound(): DomainError {
  return new DomainError("not_found", "There is no such webhook.");
}

/*
 * What can be told from the address alone; what a name leads to is checked when it is called. `URL` writes all the
 * disguises of an IPv4 address as what they are.
 */
function checkAddress({ mayCall = isPublicPlace }: Node, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) throw refuse("a whole http or https address");
  if (url.username !== "" || url.password !== "") throw refuse("an address without user and password");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port === "" ? (url.protocol === "https:" ? 443 : 80) : url.port);
  if (!mayCall({ address: isIP(host) === 0 ? null : host, port })) throw refuse("an address on the public internet, at port 80, 443, 8080 or 8443");
  url.hash = "";
  return url.href;
}

function refuse(expected: string): DomainError {
  return new DomainError("bad_request", `The url must be ${expected}.`, { details: { errors: [{ pointer: "/url", detail: `must be ${expected}` }] } });
}

function inOrder(events: readonly string[]) {
  return webhookEvent.options.filter((one) => events.includes(one));
}

function present({ id, url, events, disabledAt, gone, createdAt, createdById, createdByName }: Row): Webhook {
  return {
    id, url, gone,
    events: inOrder(events),
    disabled: disabledAt !== null,
    createdAt: createdAt.toISOString(),
    createdBy: createdById === null ? null : { id: createdById, name: createdByName ?? "" },
  };
}
