import * as z from "zod/mini";

import { limits } from "./limits.ts";
import { conversation, id, line, message, notice, time, user } from "./objects.ts";

/** What programs of others connect with: API keys and webhooks, as admins keep them. */

export const scope = z.enum(["push", "messages", "read", "notices"]);

/** An API key without the key itself. `hint` is how the key begins. */
export const apiKey = z.object({
  id,
  name: z.string(),
  scopes: z.array(scope),
  hint: z.string(),
  createdAt: time,
  createdBy: z.nullable(z.object({ id, name: z.string() })),
  /** To the minute; null: never. */
  lastUsedAt: z.nullable(time),
});
/** The same where it is made: the key is shown this once. */
export const madeApiKey = z.extend(apiKey, { key: z.string() });
export const apiKeyBody = z.object({
  name: line(1, limits.nameCharacters),
  scopes: z.array(scope).check(z.minLength(1), z.maxLength(scope.options.length)),
});

export const webhookEvent = z.enum([
  "message.created", "conversation.created", "conversation.updated", "customer.created",
  "waiter.registered", "waiter.unregistered", "notice.published",
]);

const waiter = z.object({ waiter: z.object({ userId: id, name: z.string() }) });
/** The `data` of each event: things as they are when it is sent. */
export const webhookData = {
  "message.created": z.object({ message }),
  "conversation.created": z.object({ conversation }),
  "conversation.updated": z.object({ conversation }),
  "customer.created": z.object({ customer: user }),
  "waiter.registered": waiter,
  "waiter.unregistered": waiter,
  "notice.published": z.object({ notice }),
  "webhook.test": z.object({}),
} as const;

const url = line(1, limits.urlCharacters);
const wantedEvents = z.array(webhookEvent).check(z.minLength(1), z.maxLength(webhookEvent.options.length));

/** Where events are sent. `gone`: the address answered 410 and was switched off. */
export const webhook = z.object({
  id,
  url: z.string(),
  events: z.array(webhookEvent),
  disabled: z.boolean(),
  gone: z.boolean(),
  createdAt: time,
  createdBy: z.nullable(z.object({ id, name: z.string() })),
});
/** The same where it is made: the secret is shown this once. */
export const madeWebhook = z.extend(webhook, { secret: z.string() });
export const webhookBody = z.object({ url, events: wantedEvents });
export const webhookPatch = z.object({ url: z.optional(url), events: z.optional(wantedEvents), disabled: z.optional(z.boolean()) });

/** One event on its way to one endpoint. `id` is its `webhook-id`; `subject` the ids of what it is about. */
export const webhookDelivery = z.object({
  id,
  type: z.enum([...webhookEvent.options, "webhook.test"]),
  subject: z.record(z.string(), z.unknown()),
  state: z.enum(["pending", "delivered", "failed"]),
  attempts: z.int(),
  createdAt: time,
  triedAt: z.nullable(time),
  /** When it is tried (again); null: not any more. */
  nextAt: z.nullable(time),
  deliveredAt: z.nullable(time),
  /** What the last attempt was answered; null: nothing came. */
  status: z.nullable(z.int()),
  error: z.nullable(z.string()),
});

export type Scope = z.infer<typeof scope>;
export type ApiKey = z.infer<typeof apiKey>;
export type MadeApiKey = z.infer<typeof madeApiKey>;
export type ApiKeyBody = z.infer<typeof apiKeyBody>;
export type WebhookEvent = z.infer<typeof webhookEvent>;
export type WebhookData<Type extends keyof typeof webhookData> = z.infer<(typeof webhookData)[Type]>;
export type Webhook = z.infer<typeof webhook>;
export type MadeWebhook = z.infer<typeof madeWebhook>;
export type WebhookBody = z.infer<typeof webhookBody>;
export type WebhookPatch = z.infer<typeof webhookPatch>;
export type WebhookDelivery = z.infer<typeof webhookDelivery>;
