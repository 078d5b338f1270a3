import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { noticeReceipt, sessionRow, staffUser } from "#protocol/http.ts";
import { notice, type Role } from "#protocol/objects.ts";
import { type Api, listOf } from "./api.ts";

/* What each list is kept under; the live events find them by these. */
export const noticesKey = ["notices"] as const;
export const sessionsKey = ["sessions"] as const;
export const staffKey = ["staff"] as const;

export function noticeKey(id: string) {
  return ["notice", id] as const;
}

export function receiptsKey(id: string) {
  return ["receipts", id] as const;
}

const noticePage = listOf(notice);
const receiptPage = listOf(noticeReceipt);
const sessionPage = listOf(sessionRow);
const staffPage = listOf(staffUser);

/** All notices, newest first, with counts. */
export function noticesQuery(api: Api) {
  return infiniteQueryOptions({
    queryKey: noticesKey,
    queryFn: ({ pageParam, signal }) => api({ path: `notices?${page(pageParam)}`, answer: noticePage, signal }),
    initialPageParam: firstPage,
    getNextPageParam: ({ cursor }) => cursor,
  });
}

export function noticeQuery(api: Api, id: string) {
  return queryOptions({ queryKey: noticeKey(id), queryFn: ({ signal }) => api({ path: `notices/${id}`, answer: notice, signal }) });
}

/** Who got a notice and what each did with it. */
export function receiptsQuery(api: Api, id: string) {
  return infiniteQueryOptions({
    queryKey: receiptsKey(id),
    queryFn: ({ pageParam, signal }) => api({ path: `notices/${id}/receipts?${page(pageParam)}`, answer: receiptPage, signal }),
    initialPageParam: firstPage,
    getNextPageParam: ({ cursor }) => cursor,
  });
}

/** Live connections, newest first. */
export function sessionsQuery(api: Api, role: Role | "all") {
  return infiniteQueryOptions({
    queryKey: [...sessionsKey, role],
    queryFn: ({ pageParam, signal }) =>
      api({ path: `sessions?${page(pageParam)}${role === "all" ? "" : `&role=${role}`}`, answer: sessionPage, signal }),
    initialPageParam: firstPage,
    getNextPageParam: ({ cursor }) => cursor,
  });
}

/** Every staff account, oldest first. */
export function staffQuery(api: Api) {
  return queryOptions({
    queryKey: staffKey,
    queryFn: async ({ signal }) => (await api({ path: "users", answer: staffPage, signal })).items,
  });
}

const firstPage: string | null = null;

function page(cursor: string | null): string {
  return new URLSearchParams({ limit: "50", ...(cursor === null ? {} : { cursor }) }).toString();
}
