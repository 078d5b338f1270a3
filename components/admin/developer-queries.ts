import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { apiKey, webhook, webhookDelivery } from "#protocol/developers.ts";
import { type Api, listOf } from "./api.ts";

/* What each list is kept under. */
export const apiKeysKey = ["api-keys"] as const;
export const webhooksKey = ["webhooks"] as const;

export function webhookKey(id: string) {
  return ["webhook", id] as const;
}

export function deliveriesKey(id: string) {
  return ["deliveries", id] as const;
}

const apiKeyPage = listOf(apiKey);
const webhookPage = listOf(webhook);
const deliveryPage = listOf(webhookDelivery);
/** Nobody tells these pages of a delivery: while one is on its way they look again. */
const lookMs = 3_000;
const firstPage: string | null = null;

/** Every API key, oldest first. */
export function apiKeysQuery(api: Api) {
  return queryOptions({ queryKey: apiKeysKey, queryFn: async ({ signal }) => (await api({ path: "api-keys", answer: apiKeyPage, signal })).items });
}

/** Every webhook, oldest first. */
export function webhooksQuery(api: Api) {
  return queryOptions({ queryKey: webhooksKey, queryFn: async ({ signal }) => (await api({ path: "webhooks", answer: webhookPage, signal })).items });
}

export function webhookQuery(api: Api, id: string) {
  return queryOptions({ queryKey: webhookKey(id), queryFn: ({ signal }) => api({ path: `webhooks/${id}`, answer: webhook, signal }) });
}

/** What went to a webhook or is on its way, newest first. */
export function deliveriesQuery(api: Api, id: string) {
  return infiniteQueryOptions({
    queryKey: deliveriesKey(id),
    queryFn: ({ pageParam, signal }) =>
      api({ path: `webhooks/${id}/deliveries?limit=50${pageParam === null ? "" : `&cursor=${pageParam}`}`, answer: deliveryPage, signal }),
    initialPageParam: firstPage,
    getNextPageParam: ({ cursor }) => cursor,
    refetchInterval: ({ state }) => (state.data?.pages.some(({ items }) => items.some((one) => one.state === "pending")) === true ? lookMs : false),
  });
}
