import * as z from "zod/mini";

import { visibleConversation, visibleConversations, visibleMessages } from "#protocol/http-answers.ts";
import { limits } from "#protocol/limits.ts";
import { conversationFilter, time } from "#protocol/objects.ts";
import { readConversation, readConversations } from "#server/chat/conversation-access.ts";
import { syncConversation } from "#server/chat/history.ts";
import { DomainError } from "#server/errors.ts";

import { pageSize, paging, whole } from "./query.ts";
import { readId } from "./request.ts";
import { guarded, type Route } from "./route.ts";

const listQuery = z.object({ ...paging, filter: z.optional(conversationFilter), changedSince: z.optional(time) });
const messagesQuery = z.object({
  limit: z.optional(whole(1, limits.syncMessages)),
  cursor: z.optional(z.string().check(z.regex(/^(?:after|before)\.\d{1,15}$/))),
  after: z.optional(whole(0, Number.MAX_SAFE_INTEGER)),
  before: z.optional(whole(1, Number.MAX_SAFE_INTEGER)),
});
type Direction = { after: number } | { before: number };

/** Conversations to read: staff all, customers their own. */
export const conversationRoutes: readonly Route[] = [
  guarded("GET /api/v1/conversations", {
    action: "conversations:read", operation: "listConversations", summary: "Lists conversations: all of them for staff, their own for customers.",
    query: listQuery, status: 200, answer: visibleConversations,
  }, (caller, { query: { filter = "all", limit = pageSize, cursor, changedSince } }) => readConversations(caller, { filter, limit, cursor, changedSince })),

  guarded("GET /api/v1/conversations/{id}", {
    action: "conversations:read", operation: "getConversation", summary: "Answers one conversation.", status: 200, answer: visibleConversation,
  }, (caller, request) => readConversation(caller, readId(request, "id"))),

  guarded("GET /api/v1/conversations/{id}/messages", {
    action: "conversations:read", operation: "listMessages",
    summary: "Lists the messages of a conversation, ascending within a page. Without a direction the newest ones, and the cursor leads back.",
    query: messagesQuery, status: 200, answer: visibleMessages,
  }, async (caller, request) => {
    const { limit = pageSize, ...where } = request.query;
    const direction = chooseDirection(where);
    const { messages, more } = await syncConversation(caller, { conversationId: readId(request, "id"), limit, ...direction });
    const next = "after" in direction ? `after.${messages.at(-1)?.seq}` : `before.${messages[0]?.seq}`;
    return { items: messages, cursor: more ? next : null };
  }),
];

function chooseDirection({ cursor, after, before }: Omit<z.infer<typeof messagesQuery>, "limit">): Direction {
  if ([cursor, after, before].filter((one) => one !== undefined).length > 1) throw new DomainError("bad_request", "Give only one of after, before and cursor.");
  const [way, position] = cursor?.split(".") ?? [];
  if (after !== undefined || way === "after") return { after: after ?? Number(position) };
  return { before: before ?? Math.max(1, Number(position ?? Number.MAX_SAFE_INTEGER)) };
}
