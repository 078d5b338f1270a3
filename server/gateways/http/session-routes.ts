import * as z from "zod/mini";

import { sessionRow } from "#protocol/http.ts";
import { listOf } from "#protocol/http-answers.ts";
import { id, role } from "#protocol/objects.ts";
import { disconnectSession, listSessions } from "#server/chat/session-list.ts";

import { pageSize, paging } from "./query.ts";
import { readId } from "./request.ts";
import { guarded, type Route } from "./route.ts";

const filter = z.object({ ...paging, cursor: z.optional(id), role: z.optional(role), userId: z.optional(id), id: z.optional(id) });

/** Live connections. */
export const sessionRoutes: readonly Route[] = [
  guarded("GET /api/v1/sessions", {
    action: "sessions:list", operation: "listSessions", summary: "Lists who is connected, on all nodes, newest first.",
    query: filter, status: 200, answer: listOf(sessionRow),
  }, (caller, { query: { limit = pageSize, cursor, ...wanted } }) => listSessions(caller, wanted, { before: cursor ?? null, limit })),

  guarded("DELETE /api/v1/sessions/{id}", {
    action: "sessions:disconnect", operation: "disconnectSession", summary: "Ends a connection; its client does not come back by itself.", status: 204,
  }, (caller, request) => disconnectSession(caller, readId(request, "id"))),
];
