import type { CommandData, CommandInput } from "#protocol/commands.ts";

import { assertCommand } from "#server/auth/policy.ts";

import { findConversation, requireConversation } from "./conversation-rows.ts";
import type { Caller } from "./node.ts";
import type { Parcel } from "./delivery.ts";
import { rooms } from "./rooms.ts";

/** Signals are shown and forgotten: nothing here is stored. */

/** Tells the other side, and colleagues who look on, that I type or stopped. Errors: `not_found`. */
export async function signalTyping(caller: Caller, input: CommandInput<"typing">): Promise<CommandData<"typing">> {
  const conversation = await findConversation(caller, input.conversationId);
  if (conversation === null) return {};
  const { identity, node } = caller;
  const customer = identity.role === "customer";
  const staff = [rooms.conversation(conversation.id), ...(conversation.assigneeId === null ? [] : [rooms.user(conversation.assigneeId)])];
  const parcel: Parcel<"typing"> = {
    rooms: customer ? [rooms.waiters, ...staff] : [rooms.conversation(conversation.id), rooms.user(conversation.customerId)],
    except: rooms.user(identity.userId),
    event: "typing",
    payload: { conversationId: conversation.id, userId: identity.userId, name: identity.name, on: input.on },
  };
  node.delivery.deliver([parcel], null);
  return {};
}

/** "Please hurry": pops up and rings for all waiters. Errors: `forbidden`, `not_found` before the first message, `rate_limited` within a minute. */
export async function urge(caller: Caller): Promise<CommandData<"conversation:urge">> {
  assertCommand(caller.identity, "conversation:urge");
  const conversation = await requireConversation(caller, undefined);
  await caller.node.limits.consume("urge", { key: caller.identity.userId, address: caller.address });
  const { userId: id, name, avatarUrl, guest } = caller.identity;
  caller.node.delivery.deliver([
    {
      rooms: [rooms.waiters, ...(conversation.assigneeId === null ? [] : [rooms.user(conversation.assigneeId)])],
      event: "conversation:urged",
      payload: { conversationId: conversation.id, customer: { id, name, avatarUrl, guest }, at: new Date().toISOString() },
    },
  ], null);
  return {};
}
