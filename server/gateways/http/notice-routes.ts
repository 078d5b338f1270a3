import * as z from "zod/mini";

import { noticeBody, noticePatch, noticeReceipt } from "#protocol/http.ts";
import { listOf } from "#protocol/http-answers.ts";
import { id, notice } from "#protocol/objects.ts";
import {
  createNotice, deleteNotice, listAllNotices, listNoticeReceipts, pushNotice, readNotice, updateNotice, withdrawNotice,
} from "#server/chat/notice-board.ts";

import { pageSize, paging } from "./query.ts";
import { readId } from "./request.ts";
import { guarded, making, type Route } from "./route.ts";

const query = z.object({ ...paging, cursor: z.optional(id) });
const action = "notices:manage";
const one = { action, status: 200, answer: notice } as const;

/** The notices of an installation, as its admins keep them. */
export const noticeRoutes: readonly Route[] = [
  guarded("GET /api/v1/notices", {
    action, operation: "listNotices", summary: "Lists all notices, newest first, with counts.", query, status: 200, answer: listOf(notice),
  }, (caller, request) => listAllNotices(caller, pageOf(request.query))),

  making("POST /api/v1/notices", {
    action, operation: "createNotice", summary: "Writes a notice as a draft.", body: noticeBody, status: 201, answer: notice,
  }, (caller, { body, once }) => createNotice(caller, body, once)),

  guarded("GET /api/v1/notices/{id}", { ...one, operation: "getNotice", summary: "Answers a notice with its counts." },
    (caller, request) => readNotice(caller, readId(request, "id"))),

  guarded("PATCH /api/v1/notices/{id}", { ...one, operation: "updateNotice", summary: "Changes a notice; whoever sees it sees the change.", body: noticePatch },
    (caller, request) => updateNotice(caller, readId(request, "id"), request.body)),

  guarded("DELETE /api/v1/notices/{id}", { action, operation: "deleteNotice", summary: "Removes a notice everywhere.", status: 204 },
    (caller, request) => deleteNotice(caller, readId(request, "id"))),

  guarded("POST /api/v1/notices/{id}/push", { ...one, operation: "pushNotice", summary: "Publishes a notice and reaches everyone of its audience who is online." },
    (caller, request) => pushNotice(caller, readId(request, "id"))),

  guarded("POST /api/v1/notices/{id}/withdraw", { ...one, operation: "withdrawNotice", summary: "Takes a notice back: it disappears everywhere." },
    (caller, request) => withdrawNotice(caller, readId(request, "id"))),

  guarded("GET /api/v1/notices/{id}/receipts", {
    action, operation: "listNoticeReceipts", summary: "Lists who got a notice and what each did with it.", query, status: 200, answer: listOf(noticeReceipt),
  }, (caller, request) => listNoticeReceipts(caller, readId(request, "id"), pageOf(request.query))),
];

function pageOf({ cursor, limit = pageSize }: z.infer<typeof query>): { before: string | null; limit: number } {
  return { before: cursor ?? null, limit };
}
