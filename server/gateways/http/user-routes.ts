import { madeStaffUser, staffUser, userBody, userPatch } from "#protocol/http.ts";
import { listOf } from "#protocol/http-answers.ts";
import { createStaff, listStaff, updateStaff } from "#server/auth/staff.ts";

import { readId } from "./request.ts";
import { guarded, making, type Route } from "./route.ts";

/** Staff accounts. There are few enough to be one page. */
export const userRoutes: readonly Route[] = [
  guarded("GET /api/v1/users", {
    action: "users:manage", operation: "listStaff", summary: "Lists the staff accounts, the oldest first.", status: 200, answer: listOf(staffUser),
  }, async ({ node, identity }) => ({ items: await listStaff(node, identity), cursor: null })),

  making("POST /api/v1/users", {
    action: "users:manage", operation: "createStaff", summary: "Makes a staff account. A password that is left out is made, and shown in this answer only.",
    body: userBody, status: 201, answer: madeStaffUser,
  }, ({ node, identity }, { body, once }) => createStaff(node, identity, { ...body, once })),

  guarded("PATCH /api/v1/users/{id}", {
    action: "users:manage", operation: "updateStaff", summary: "Changes a staff account. Another role, another password and disabling end its sign-ins.",
    body: userPatch, status: 200, answer: staffUser,
  }, ({ node, identity }, request) => updateStaff(node, identity, { ...request.body, id: readId(request, "id") })),
];
