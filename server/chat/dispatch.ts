import * as z from "zod/mini";

import { type CommandName, commands, isCommandName } from "#protocol/commands.ts";
import type { Answer } from "#protocol/errors.ts";

import type { LimitName } from "#server/auth/limits.ts";
import { assertCommand, assertPerson } from "#server/auth/policy.ts";
import { DomainError } from "#server/errors.ts";

import { listConversations } from "./conversation-list.ts";
import { claimConversation, closeConversation, openConversation, updateConversation } from "./conversations.ts";
import { syncConversation } from "./history.ts";
import { assertJsonShape } from "./json-shape.ts";
import { editMessage, recallMessage, sendMessage } from "./messages.ts";
import type { Caller, Context } from "./node.ts";
import { listNotices, markNotice } from "./notices.ts";
import { setPresence, unwatchPresence, watchPresence } from "./presence.ts";
import { markRead } from "./receipts.ts";
import { refreshToken } from "./arrival.ts";
import { signalTyping, urge } from "./signals.ts";
import { listWaiters, registerWaiter, unregisterWaiter } from "./waiters.ts";
import { invalidInput, toDomainError, toWireError } from "./wire-error.ts";

/** So many commands in a row may be refused for being too many before the answers come late. */
const refusalsAtOnce = 10;
const heldBackMs = 5;

/** A command behind its checks: what a gateway's frame becomes. */
type Door = { limit: (caller: Caller) => LimitName; run: (caller: Caller, input: unknown) => unknown };

function door<Schema extends z.ZodMiniType, Data>(
  { input: schema }: { input: Schema; data: z.ZodMiniType<Data> },
  limit: Door["limit"],
  handle: (caller: Caller, input: z.infer<Schema>) => NoInfer<Data> | Promise<NoInfer<Data>>,
): Door {
  return {
    limit,
    run(caller, input) {
      const parsed = z.safeParse(schema, input);
      if (!parsed.success) throw invalidInput(parsed.error.issues);
      return handle(caller, parsed.data);
    },
  };
}

const sends = ({ identity }: Caller): LimitName => (identity.role === "customer" ? "customerSend" : "agentSend");
const general = (): LimitName => "command";

/* A row of `protocol/commands.ts` that has no handler here does not compile. */
const doors: Record<CommandName, Door> = {
  "message:send": door(commands["message:send"], sends, sendMessage),
  "message:edit": door(commands["message:edit"], sends, editMessage),
  "message:recall": door(commands["message:recall"], sends, recallMessage),
  "conversation:sync": door(commands["conversation:sync"], () => "sync", syncConversation),
  "conversation:read": door(commands["conversation:read"], general, markRead),
  "conversation:open": door(commands["conversation:open"], general, openConversation),
  "conversation:close": door(commands["conversation:close"], general, closeConversation),
  "conversation:claim": door(commands["conversation:claim"], general, claimConversation),
  "conversation:update": door(commands["conversation:update"], general, updateConversation),
  "conversation:list": door(commands["conversation:list"], general, listConversations),
  "conversation:urge": door(commands["conversation:urge"], general, urge),
  typing: door(commands.typing, () => "typing", signalTyping),
  "waiter:register": door(commands["waiter:register"], general, registerWaiter),
  "waiter:unregister": door(commands["waiter:unregister"], general, unregisterWaiter),
  "waiter:list": door(commands["waiter:list"], general, listWaiters),
  "presence:set": door(commands["presence:set"], general, setPresence),
  "presence:watch": door(commands["presence:watch"], general, watchPresence),
  "presence:unwatch": door(commands["presence:unwatch"], general, unwatchPresence),
  "notice:list": door(commands["notice:list"], general, listNotices),
  "notice:mark": door(commands["notice:mark"], general, markNotice),
  "token:refresh": door(commands["token:refresh"], general, refreshToken),
  heartbeat: door(commands.heartbeat, () => "heartbeat", () => ({ serverTime: new Date().toISOString() })),
};

/**
 * The one door: every command of every gateway comes through here and leaves as the contract's answer.
 * Order of the checks: known command, known caller, role, shape, limit; then the handler, whose first
 * line checks what depends on the object. Never throws.
 */
export async function dispatch(context: Context, name: string, input: unknown): Promise<Answer<unknown>> {
  try {
    if (!isCommandName(name)) return { ok: true, data: await runOwn(context, name, input) };
    const caller = requireCaller(context);
    assertCommand(caller.identity, name);
    assertJsonShape(input);
    const { limit, run } = doors[name];
    await caller.node.limits.consume(limit(caller), { key: caller.identity.userId, address: caller.address });
    if (caller.session !== null) caller.session.refusals = 0;
    return { ok: true, data: await run(caller, input) };
  } catch (error) {
    const refusal = reportError(context, error, name);
    if (refusal.code === "rate_limited") await holdBack(context);
    return { ok: false, error: refusal };
  }
}

/*
 * Whoever goes on all the same gets the next answers late. The commands of a session are carried out in their order, and
 * when many wait nothing is read any more: a flood is held back by its own connection, and costs next to nothing.
 */
async function holdBack({ session }: Context): Promise<void> {
  if (session === null) return;
  session.refusals += 1;
  if (session.refusals > refusalsAtOnce) await new Promise((resolve) => setTimeout(resolve, heldBackMs));
}

/* A command of the shop's own, behind the same checks; a name that nobody registered is refused before anything is asked. */
async function runOwn(context: Context, name: string, input: unknown): Promise<unknown> {
  const run = context.node.hooks.runnerOf(name);
  if (run === null) throw new DomainError("bad_request", `There is no command ${JSON.stringify(name.slice(0, 60))}.`);
  const caller = requireCaller(context);
  assertPerson(caller.identity);
  assertJsonShape(input);
  await caller.node.limits.consume("command", { key: caller.identity.userId, address: caller.address });
  return run(caller, input);
}

/** Errors: `unauthenticated`. */
export function requireCaller(context: Context): Caller {
  const { identity } = context;
  if (identity === null) throw new DomainError("unauthenticated", "Sign in first: no valid token was sent.");
  return { ...context, identity };
}

/** The wire form of any failure; what nobody foresaw is logged under the request id that the caller gets. */
export function reportError(context: Context, thrown: unknown, what: string) {
  const error = toDomainError(thrown);
  const wire = toWireError(error, context.requestId);
  if (error.code === "internal") context.node.log.error({ err: thrown, command: what, requestId: wire.requestId }, "a command failed");
  else if (error.code === "unavailable") context.node.log.warn({ command: what, requestId: wire.requestId, cause: error.cause instanceof Error ? error.cause.message : error.message }, "a command could not be carried out");
  return wire;
}
