import { listOf } from "#protocol/http-answers.ts";
import { waiter } from "#protocol/objects.ts";
import { listWaiters, registerWaiter, unregisterWaiter } from "#server/chat/waiters.ts";

import { readId } from "./request.ts";
import { guarded, type Route } from "./route.ts";

type Waiters = Awaited<ReturnType<typeof listWaiters>>;
const list = { status: 200, answer: listOf(waiter) } as const;

/** Who receives. Registering answers the list as it is then. */
export const waiterRoutes: readonly Route[] = [
  guarded("GET /api/v1/waiters", {
    action: "waiters:list", operation: "listWaiters", summary: "Lists who is registered to receive every customer's messages.", ...list,
  }, async (caller) => listed(await listWaiters(caller))),

  guarded("PUT /api/v1/waiters/me", {
    action: "waiters:self", operation: "registerMe", summary: "Registers the caller as a waiter.", ...list,
  }, async (caller) => listed(await registerWaiter(caller, {}))),

  guarded("DELETE /api/v1/waiters/me", {
    action: "waiters:self", operation: "unregisterMe", summary: "Takes the caller's registration back.", status: 204,
  }, (caller) => unregisterWaiter(caller, {})),

  guarded("PUT /api/v1/waiters/{userId}", {
    action: "waiters:anyone", operation: "registerStaff", summary: "Registers any member of staff as a waiter.", ...list,
  }, async (caller, request) => listed(await registerWaiter(caller, { userId: readId(request, "userId") }))),

  guarded("DELETE /api/v1/waiters/{userId}", {
    action: "waiters:anyone", operation: "unregisterStaff", summary: "Takes anybody's registration back.", status: 204,
  }, (caller, request) => unregisterWaiter(caller, { userId: readId(request, "userId") })),
];

function listed({ waiters }: Waiters) {
  return { items: waiters, cursor: null };
}
