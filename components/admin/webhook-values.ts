import * as z from "zod/mini";
import { webhookBody, type WebhookEvent } from "#protocol/developers.ts";

/** A webhook as its form has it; whether its address is public, the server says. */
export const webhookValues = z.extend(webhookBody, { url: z.string().check(z.trim(), z.refine(isAddress, "wrong"), z.maxLength(2_000)) });
export type WebhookValues = z.infer<typeof webhookValues>;

/** The names of events as the texts have them. */
export const eventTexts = {
  "message.created": "messageCreated",
  "conversation.created": "conversationCreated",
  "conversation.updated": "conversationUpdated",
  "customer.created": "customerCreated",
  "waiter.registered": "waiterRegistered",
  "waiter.unregistered": "waiterUnregistered",
  "notice.published": "noticePublished",
} as const satisfies Record<WebhookEvent, string>;

function isAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}
