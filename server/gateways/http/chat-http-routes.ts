import * as z from "zod/mini";

import { authenticateApiKey, looksLikeApiKey } from "#server/auth/api-keys.ts";
import { authenticateOnGateway } from "#server/auth/gateway-tokens.ts";
import type { Identity } from "#server/auth/identity.ts";
import { identityFromCookie } from "#server/auth/session-cookie.ts";
import type { Context } from "#server/chat/node.ts";
import { DomainError } from "#server/errors.ts";
import { chatInput, chatLine, sendChat } from "#server/gateways/stomp/chat.ts";
import { isNameOf } from "#server/gateways/websocket/identify.ts";
import { accountName } from "#server/gateways/websocket/rayim-frame.ts";

import { readJson } from "./body.ts";
import { readBearer } from "./credentials.ts";
import { presentProblem } from "./problem.ts";
import { readQuery } from "./query.ts";
import type { HttpRequest, Reply } from "./request.ts";
import { type Route, served } from "./route.ts";

const from = z.optional(z.nullable(z.union([z.literal(""), accountName])));
const chatBody = z.extend(chatInput, { from });
const chatQuery = z.extend(chatInput, { from, token: z.optional(z.string()) });

/** The call beside STOMP: one text, as its clients send it. */
export const chatHttpRoutes: readonly Route[] = [
  served("POST /v1/chat/http", {
    operation: "sendChatText", summary: "Sends a text: stored for one user, or pushed to all who listen.", status: 200, body: chatBody, answer: chatLine,
  }, async (context, request) => {
    assertOn(context);
    const identity = await identifyCaller(context, request);
    return send(context, identity, await readJson(request, chatBody));
  }),

  served("GET /v1/chat/http", {
    operation: "sendChatTextByGet", summary: "The same for clients that can only fetch an address; off unless HTTP_GET_SEND is set.", status: 200, query: chatQuery, answer: chatLine,
  }, async (context, request) => {
    assertOn(context);
    // HEAD comes here too, and nobody means to send by it.
    if (!context.node.config.httpGetSend || request.req.method !== "GET") return refuseMethod(request);
    const { token = readBearer(request.req), ...input } = readQuery(request, chatQuery);
    const identity = token === null ? null : await authenticateOnGateway(context.node, "stomp", token);
    // Addresses end up in logs and histories: only a token that reaches no further than this may stand there.
    if (identity?.via !== "gateway") throw new DomainError("unauthenticated", "Sending by GET needs a gateway token.");
    return send(context, identity, input);
  }),
];

/** Errors: `not_found` where the gateway is off. */
function assertOn({ node }: Context): void {
  if (!node.config.gateways.includes("stomp")) throw new DomainError("not_found", "There is nothing at this address.");
}

/** Errors: `unauthenticated`. */
async function identifyCaller({ node }: Context, { req }: HttpRequest): Promise<Identity> {
  const token = readBearer(req);
  const identity = token === null ? await identityFromCookie(node, req) : await (looksLikeApiKey(token) ? authenticateApiKey(node, token) : authenticateOnGateway(node, "stomp", token));
  if (identity === null) throw new DomainError("unauthenticated", "Send the token as bearer.");
  return identity;
}

async function send(context: Context, identity: Identity, { from: named, ...input }: z.infer<typeof chatBody>): Promise<Reply> {
  const me = named === undefined || named === null || named === "" || isNameOf(identity, String(named));
  if (!me) throw new DomainError("forbidden", "The field /from must be you.");
  return { status: 200, body: await sendChat({ ...context, identity }, input) };
}

function refuseMethod({ requestId }: HttpRequest): Reply {
  const problem = presentProblem({ code: "bad_request", message: "This address knows only POST.", retryable: false, requestId }, 405);
  return { status: 405, body: problem, headers: { Allow: "POST, OPTIONS", "Content-Type": "application/problem+json" } };
}
