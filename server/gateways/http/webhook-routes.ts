import * as z from "zod/mini";

import { madeWebhook, webhook, webhookBody, webhookDelivery, webhookPatch } from "#protocol/developers.ts";
import { listOf } from "#protocol/http-answers.ts";
import { id } from "#protocol/objects.ts";
import { listDeliveries, repeatDelivery, testWebhook } from "#server/chat/webhook-deliveries.ts";
import { createWebhook, deleteWebhook, listWebhooks, readWebhook, updateWebhook } from "#server/chat/webhook-endpoints.ts";

import { pageSize, paging } from "./query.ts";
import { readId } from "./request.ts";
import { guarded, making, type Route } from "./route.ts";

const action = "webhooks:manage";
const one = { action, status: 200, answer: webhook } as const;

/** Where events are sent, and what became of each. */
export const webhookRoutes: readonly Route[] = [
  guarded("GET /api/v1/webhooks", { action, operation: "listWebhooks", summary: "Lists the webhooks, the oldest first.", status: 200, answer: listOf(webhook) },
    async (caller) => ({ items: await listWebhooks(caller), cursor: null })),

  making("POST /api/v1/webhooks", {
    action, operation: "createWebhook", summary: "Makes a webhook; its secret is shown in this answer only.", body: webhookBody, status: 201, answer: madeWebhook,
  }, (caller, { body, once }) => createWebhook(caller, { ...body, once })),

  guarded("GET /api/v1/webhooks/{id}", { ...one, operation: "getWebhook", summary: "Answers a webhook." },
    (caller, request) => readWebhook(caller, readId(request, "id"))),

  guarded("PATCH /api/v1/webhooks/{id}", { ...one, operation: "updateWebhook", summary: "Changes a webhook, or switches it off or on.", body: webhookPatch },
    (caller, request) => updateWebhook(caller, readId(request, "id"), request.body)),

  guarded("DELETE /api/v1/webhooks/{id}", { action, operation: "deleteWebhook", summary: "Removes a webhook with its deliveries.", status: 204 },
    (caller, request) => deleteWebhook(caller, readId(request, "id"))),

  guarded("POST /api/v1/webhooks/{id}/test", { action, operation: "testWebhook", summary: "Sends the event webhook.test, which says nothing.", status: 201, answer: webhookDelivery },
    (caller, request) => testWebhook(caller, readId(request, "id"))),

  guarded("GET /api/v1/webhooks/{id}/deliveries", {
    action, operation: "listWebhookDeliveries", summary: "Lists what went to a webhook in the last two weeks or is on its way, newest first.",
    query: z.object({ ...paging, cursor: z.optional(id) }), status: 200, answer: listOf(webhookDelivery),
  }, (caller, request) => {
    const { cursor, limit = pageSize } = request.query;
    return listDeliveries(caller, readId(request, "id"), { before: cursor ?? null, limit });
  }),

  guarded("POST /api/v1/webhooks/{id}/deliveries/{deliveryId}/repeat", {
    action, operation: "repeatWebhookDelivery", summary: "Sends an event once more, under the same id.", status: 200, answer: webhookDelivery,
  }, (caller, request) => repeatDelivery(caller, readId(request, "id"), readId(request, "deliveryId"))),
];
