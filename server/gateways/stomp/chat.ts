import * as z from "zod/mini";

import { commands } from "#protocol/commands.ts";
import { id, type Message, messageText } from "#protocol/objects.ts";

import { assertAction } from "#server/auth/policy.ts";
import { dispatch } from "#server/chat/dispatch.ts";
import type { Caller } from "#server/chat/node.ts";
import { pushTo } from "#server/chat/push.ts";
import { sendToAccounts, sendToCustomer } from "#server/chat/send-to-accounts.ts";
import { findAccounts } from "#server/chat/user-refs.ts";
import { invalidInput } from "#server/chat/wire-error.ts";
import { DomainError } from "#server/errors.ts";
import { accountName } from "#server/gateways/websocket/rayim-frame.ts";
import { createId } from "#server/ids.ts";

/** A text as these clients write it. `clientMsgId` makes a repeat harmless. */
export const chatInput = z.object({
  content: messageText.check(z.refine((value) => value.trim() !== "", "must not be empty")),
  to: z.optional(z.nullable(z.union([z.literal(""), accountName]))),
  clientMsgId: z.optional(id),
});
export type ChatInput = z.infer<typeof chatInput>;

/** A text as these clients read it. `to` is null for what was sent to the shop, or to all. */
export const chatLine = z.object({ content: z.string(), from: z.nullable(z.string()), to: z.nullable(z.string()), time: z.string() });
export type ChatLine = z.infer<typeof chatLine>;

/** Under which type a text that nobody keeps is pushed. */
export const chatPush = "chat";

/**
 * Sends a text: a customer's into its conversation, wherever it says that it goes; of staff to the one named, stored for
 * a customer and pushed to a colleague, or else as a push to everyone. Errors: those of a send, `not_found`, `forbidden`.
 */
export async function sendChat(caller: Caller, input: unknown): Promise<ChatLine> {
  const parsed = chatInput.safeParse(input);
  if (!parsed.success) throw invalidInput(parsed.error.issues);
  const { content: text, to: named, clientMsgId = createId() } = parsed.data;
  const message = { clientMsgId, kind: "text", text } as const;
  if (caller.identity.role === "customer") {
    const answer = await dispatch(caller, "message:send", message);
    if (!answer.ok) throw new DomainError(answer.error.code, answer.error.message, answer.error);
    return writeLine(commands["message:send"].data.parse(answer.data).message, null);
  }
  const to = named === undefined || named === null || named === "" ? null : String(named);
  if (to === null) return pushLine(caller, text, null);
  const account = (await findAccounts(caller.node, [to])).get(to);
  if (account === undefined) throw new DomainError("not_found", "There is no such user.");
  return account.customer ? writeLine(await sendToCustomer(caller, account.id, message), account.id) : pushLine(caller, text, account.id);
}

/** A stored message as these clients read it; `text` is what it says to those who show texts and pictures. */
export function writeLine({ text, senderId, createdAt }: Pick<Message, "text" | "senderId" | "createdAt">, to: string | null): ChatLine {
  return { content: text, from: senderId, to, time: createdAt };
}

async function pushLine(caller: Caller, text: string, to: string | null): Promise<ChatLine> {
  const { node, identity, address } = caller;
  const sent = { content: text, from: identity.userId, to, time: new Date().toISOString() };
  const push = { type: chatPush, content: { text, from: sent.from, to, time: sent.time } };
  if (to === null) {
    assertAction(identity, "push");
    await node.limits.consume("agentSend", { key: identity.userId, address });
    await pushTo(node, { to: { everyone: true }, ...push });
  } else {
    await sendToAccounts(caller, [to], { push, message: { clientMsgId: createId(), kind: "text", text } });
  }
  return sent;
}
