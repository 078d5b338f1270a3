import { apiKey, apiKeyBody, madeApiKey } from "#protocol/developers.ts";
import { listOf } from "#protocol/http-answers.ts";
import { createApiKey, deleteApiKey, listApiKeys } from "#server/auth/api-keys.ts";

import { readId } from "./request.ts";
import { guarded, making, type Route } from "./route.ts";

const action = "api-keys:manage";

/** Keys for programs. There are few enough to be one page. */
export const apiKeyRoutes: readonly Route[] = [
  guarded("GET /api/v1/api-keys", { action, operation: "listApiKeys", summary: "Lists the API keys, the oldest first.", status: 200, answer: listOf(apiKey) },
    async ({ node, identity }) => ({ items: await listApiKeys(node, identity), cursor: null })),

  making("POST /api/v1/api-keys", {
    action, operation: "createApiKey", summary: "Makes an API key, which is shown in this answer only.", body: apiKeyBody, status: 201, answer: madeApiKey,
  }, ({ node, identity }, { body, once }) => createApiKey(node, identity, { ...body, once })),

  guarded("DELETE /api/v1/api-keys/{id}", { action, operation: "deleteApiKey", summary: "Revokes an API key at once.", status: 204 },
    ({ node, identity }, request) => deleteApiKey(node, identity, readId(request, "id"))),
];
