import * as z from "zod/mini";

import type { ErrorCode } from "./errors.ts";
import { anyMessage, conversation, id, message, ownConversation } from "./objects.ts";

/** Answer bodies of the HTTP routes that stand for themselves. */

const errorCode = z.enum([
  "bad_request", "unauthenticated", "forbidden", "not_found", "conflict", "too_large", "unsupported_media", "bad_image",
  "rate_limited", "internal", "unavailable",
] satisfies ErrorCode[]);

/** An error over HTTP (RFC 9457), with the members that CONTRACT.md section 4 adds. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: errorCode,
  retryable: z.boolean(),
  requestId: z.string(),
  retryAfterMs: z.optional(z.number()),
  details: z.optional(z.record(z.string(), z.unknown())),
  /** The wrong fields of an input. */
  errors: z.optional(z.array(z.object({ pointer: z.string(), detail: z.string() }))),
});

/** A page of a list; `cursor` asks for the next one, null: there is none. */
export function listOf<Item extends z.ZodMiniType>(item: Item) {
  return z.object({ items: z.array(item), cursor: z.nullable(z.string()) });
}

/** Whom a message reached and for whom it failed, each as the caller named them. */
export const sentAnswer = z.object({
  sent: z.array(z.object({ userId: z.string(), message })),
  failed: z.array(z.object({ userId: z.string(), code: errorCode })),
});

/** A conversation as far as the caller may see it: staff all of it, its customer what concerns it. */
export const visibleConversation = z.union([conversation, ownConversation]);
export const visibleConversations = listOf(visibleConversation);
export const visibleMessages = listOf(anyMessage);

/** What a path may hold in braces. */
export const pathParts = { id, userId: id, deliveryId: id } as const;

export type Problem = z.infer<typeof problem>;
