import { id } from "#protocol/objects.ts";

/** Where a client may send to. */
export type SendTarget = { readonly kind: "command"; readonly name: string } | { readonly kind: "chat" };

/** What a client may subscribe to. */
export type Feed =
  | { readonly kind: "events" }
  | { readonly kind: "notices" }
  | { readonly kind: "waiters" }
  | { readonly kind: "conversation"; readonly conversationId: string }
  /** What is sent to one person, who is named by an id of the client's choice. */
  | { readonly kind: "single"; readonly name: string }
  | { readonly kind: "public" };

/** Reads the destination of a SEND; null: it is none of ours. */
export function readSendTarget(destination: string): SendTarget | null {
  if (destination === "/app/v1/chat") return { kind: "chat" };
  const name = /^\/app\/([^/]+)$/u.exec(destination)?.[1];
  return name === undefined ? null : { kind: "command", name };
}

/** Reads the destination of a SUBSCRIBE; null: it is none of ours. No part of it is a pattern. */
export function readFeed(destination: string): Feed | null {
  if (destination === "/user/queue/events") return { kind: "events" };
  if (destination === "/topic/notices") return { kind: "notices" };
  if (destination === "/topic/waiters") return { kind: "waiters" };
  if (destination === "/topic/game_chat") return { kind: "public" };
  const named = id.safeParse(/^\/topic\/conversation\.(.*)$/u.exec(destination)?.[1]);
  if (named.success) return { kind: "conversation", conversationId: named.data };
  const name = /^\/chat\/single\/([^/*>#]{1,200})$/u.exec(destination)?.[1];
  return name === undefined ? null : { kind: "single", name };
}
