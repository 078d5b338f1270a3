import { createHmac, randomBytes } from "node:crypto";

const prefix = "whsec_";

/** A new secret as Standard Webhooks writes it: `whsec_` and the base64 of 32 random bytes. */
export function createWebhookSecret(): string {
  return `${prefix}${randomBytes(32).toString("base64")}`;
}

/** The headers that prove to an endpoint who sends this body (standardwebhooks.com, version 1.0). `at` in milliseconds. */
export function signWebhook(secret: string, { id, at, body }: { id: string; at: number; body: string }): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  const key = Buffer.from(secret.slice(prefix.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
