import { randomUUID } from "node:crypto";

import * as z from "zod/mini";

import { waiter } from "#protocol/objects.ts";
import { authenticateApiKey, looksLikeApiKey } from "#server/auth/api-keys.ts";
import { authenticateOnGateway } from "#server/auth/gateway-tokens.ts";
import { assertAction } from "#server/auth/policy.ts";
import type { Caller, Context } from "#server/chat/node.ts";
import { push } from "#server/chat/push.ts";
import { sendToAccounts } from "#server/chat/send-to-accounts.ts";
import { findAccounts } from "#server/chat/user-refs.ts";
import { listWaiters, registerWaiter, unregisterWaiter } from "#server/chat/waiters.ts";
import { DomainError } from "#server/errors.ts";
import { accountName, rayimContent, readRayimContent } from "#server/gateways/websocket/rayim-frame.ts";
import { prepareContent } from "#server/gateways/websocket/rayim-picture.ts";

import { readJson } from "./body.ts";
import { readBearer } from "./credentials.ts";
import type { HttpRequest } from "./request.ts";
import { type Route, served } from "./route.ts";

const said = z.union([z.string(), rayimContent]);
const answerOf = (data: z.ZodMiniType) => z.object({ code: z.literal(0), data });
const sent = answerOf(z.object({ delivered: z.int(), offline: z.array(z.string()) }));
const list = answerOf(z.array(waiter));
const nothing = z.object({});

/** What pushes of these routes are called. */
const type = "rayim";

type Description<Body> = { readonly operation: string; readonly summary: string; readonly body: z.ZodMiniType<Body>; readonly answer: z.ZodMiniType };
type Place = `${"GET" | "POST"} /${string}`;

/** The calls beside the gateway /rayim: for staff, with the token in the header `rayAccessToken` or as bearer. */
export const rayimRoutes: readonly Route[] = [
  rayim("POST /api/system/utility/rayim/sender/spec", {
    operation: "rayimSendToAccounts", summary: "Sends to accounts: stored for customers, pushed to staff.",
    body: z.object({ accounts: z.array(accountName).check(z.minLength(1), z.maxLength(1_000)), msg: said }), answer: sent,
  }, async (caller, { accounts, msg }) => {
    assertAction(caller.identity, "messages:send");
    const content = await prepareContent(caller, readRayimContent(msg));
    return sendToAccounts(caller, [...new Set(accounts.map(String))], { message: { clientMsgId: randomUUID(), ...content }, push: { type, content: msg } });
  }),

  rayim("POST /api/system/utility/rayim/sender/all", {
    operation: "rayimSendToAll", summary: "Pushes to everyone online.", body: z.object({ msg: said }), answer: sent,
  }, (caller, { msg }) => push(caller, { to: { everyone: true }, type, content: msg })),

  rayim("POST /api/system/utility/rayim/waiter/register/auto", {
    operation: "rayimRegisterMe", summary: "Registers the caller as a waiter.", body: nothing, answer: list,
  }, async (caller) => {
    assertAction(caller.identity, "waiters:self");
    return (await registerWaiter(caller, {})).waiters;
  }),

  rayim("POST /api/system/utility/rayim/waiter/register/remove", {
    operation: "rayimUnregister", summary: "Takes a waiter's registration back: the caller's own, or for admins anybody's.",
    body: z.object({ account: z.optional(z.nullable(accountName)) }), answer: list,
  }, async (caller, { account }) => {
    assertAction(caller.identity, "waiters:self");
    return (await unregisterWaiter(caller, { userId: await findAccount(caller, account) })).waiters;
  }),

  ...(["POST", "GET"] as const).map((method) => rayim(`${method} /api/system/utility/rayim/waiter/list`, {
    operation: `rayim${method === "GET" ? "Get" : "List"}Waiters`, summary: "Lists the waiters.", body: nothing, answer: list,
  }, async (caller) => {
    assertAction(caller.identity, "waiters:list");
    return (await listWaiters(caller)).waiters;
  })),
];

/** A route that knows its caller as older clients say it, and answers `{code: 0, data}`. */
function rayim<Body>(place: Place, { body: schema, ...description }: Description<Body>, run: (caller: Caller, body: Body) => Promise<unknown>): Route {
  const reads = place.startsWith("POST");
  return served(place, { ...description, ...(reads ? { body: schema } : {}), status: 200 }, async (context, request) => {
    const caller = await admit(context, request);
    const body = await readJson(request, schema);
    return { status: 200, body: { code: 0, data: await run(caller, body) } };
  });
}

/** Errors: `not_found` (the gateway is off), `unauthenticated`, `rate_limited`. */
async function admit(context: Context, { req }: HttpRequest): Promise<Caller> {
  const { node, address } = context;
  if (!node.config.gateways.includes("rayim")) throw new DomainError("not_found", "There is nothing at this address.");
  const [header] = req.headersDistinct["rayaccesstoken"] ?? [];
  const token = header ?? readBearer(req);
  if (token === null) throw new DomainError("unauthenticated", "Send the token in the header rayAccessToken, or as bearer.");
  const identity = looksLikeApiKey(token) ? await authenticateApiKey(node, token) : await authenticateOnGateway(node, "rayim", token);
  await node.limits.consume("command", { key: identity.userId, address });
  return { ...context, identity };
}

/** Errors: `not_found`. */
async function findAccount({ node }: Caller, account: string | number | null | undefined): Promise<string | undefined> {
  if (account === undefined || account === null) return undefined;
  const name = String(account);
  const found = (await findAccounts(node, [name])).get(name);
  if (found === undefined) throw new DomainError("not_found", "There is no such account.");
  return found.id;
}
