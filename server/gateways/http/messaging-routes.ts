import { messagesBody, pushAnswer, pushBody } from "#protocol/http.ts";
import { sentAnswer } from "#protocol/http-answers.ts";
import { push } from "#server/chat/push.ts";
import { sendToUsers } from "#server/chat/send-to-users.ts";

import { guarded, type Route } from "./route.ts";

/** To many at once: what nobody keeps, and what everybody keeps. */
export const messagingRoutes: readonly Route[] = [
  guarded("POST /api/v1/push", {
    action: "push", operation: "pushToSessions", summary: "Sends something to online sessions and keeps nothing.",
    body: pushBody, status: 200, answer: pushAnswer,
  }, (caller, { body }) => push(caller, body)),

  guarded("POST /api/v1/messages", {
    action: "messages:send", operation: "sendToCustomers", summary: "Stores one message for each customer named, online or not. Harmless when repeated with its clientMsgId.",
    body: messagesBody, status: 200, answer: sentAnswer,
  }, (caller, { body }) => sendToUsers(caller, body)),
];
