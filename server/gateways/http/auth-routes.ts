import * as z from "zod/mini";

import {
  gatewayTokenAnswer, gatewayTokenBody, grant, guestBody, identifyBody, loginBody, logoutBody, ticketAnswer,
} from "#protocol/http.ts";
import { createGuest, login, logout, refresh } from "#server/auth/accounts.ts";
import { createGatewayToken, revokeGatewayToken } from "#server/auth/gateway-tokens.ts";
import { identify } from "#server/auth/identify.ts";
import { createTicket } from "#server/auth/tickets.ts";
import { announceMerge } from "#server/chat/merge.ts";
import { DomainError } from "#server/errors.ts";

import { readBearer } from "./credentials.ts";
import { readId } from "./request.ts";
import { guarded, open, type Route } from "./route.ts";

const action = "sign-in:manage";
const nothing = z.object({});

/** Tokens: got, renewed, ended (CONTRACT.md section 2). */
export const authRoutes: readonly Route[] = [
  open("POST /api/v1/auth/login", {
    operation: "signIn", summary: "Signs a member of staff in.", body: loginBody, status: 200, answer: grant,
  }, ({ node, address }, { body }) => login(node, body, { address })),

  open("POST /api/v1/auth/guest", {
    operation: "createGuest", summary: "Makes a guest.", body: guestBody, status: 201, answer: grant,
  }, ({ node, address }, { body }) => createGuest(node, body, { address })),

  open("POST /api/v1/auth/identify", {
    operation: "identifyCustomer", summary: "Lets a customer in whom the host site vouches for; a guest's token sent along is merged.",
    body: identifyBody, status: 200, answer: grant,
  }, async ({ node, address }, { req, body: { identity } }) => {
    const { grant: granted, merged } = await identify(node, { identity, token: readBearer(req) }, { address });
    if (merged !== null) await announceMerge(node, merged);
    return granted;
  }),

  guarded("POST /api/v1/auth/refresh", {
    action, operation: "refreshToken", summary: "Answers a fresh token for an unexpired one.", status: 200, answer: grant,
  }, ({ node, identity }) => refresh(node, identity)),

  guarded("POST /api/v1/auth/token", {
    action, operation: "getToken", summary: "Answers a token for the cookie session of the web pages.", status: 200, answer: grant,
  }, ({ node, identity }) => {
    if (identity.via !== "cookie") throw new DomainError("unauthenticated", "This needs the session of the web pages.");
    return refresh(node, identity);
  }),

  guarded("POST /api/v1/auth/ticket", {
    action, operation: "createTicket", summary: "Makes a ticket that opens one connection within a minute.", body: nothing, status: 201, answer: ticketAnswer,
  }, ({ node, identity }) => createTicket(node, identity)),

  guarded("POST /api/v1/auth/gateway", {
    action, operation: "createGatewayToken", summary: "Makes a token for clients that can only put it into the address.",
    body: gatewayTokenBody, status: 201, answer: gatewayTokenAnswer,
  }, ({ node, identity }, { body }) => createGatewayToken(node, identity, body)),

  guarded("DELETE /api/v1/auth/gateway/{id}", {
    action, operation: "revokeGatewayToken", summary: "Revokes a gateway token.", status: 204,
  }, ({ node, identity }, request) => revokeGatewayToken(node, identity, readId(request, "id"))),

  guarded("POST /api/v1/auth/logout", {
    action, operation: "signOut", summary: "Ends this sign-in, or all of the caller's.", body: logoutBody, status: 204,
  }, ({ node, identity }, { body }) => logout(node, identity, body)),
];
