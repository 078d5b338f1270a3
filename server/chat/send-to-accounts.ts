import * as z from "zod/mini";

import { messageContent } from "#protocol/commands.ts";
import type { PushBody } from "#protocol/http.ts";
import { id, type Message } from "#protocol/objects.ts";
import { assertAction } from "#server/auth/policy.ts";
import { DomainError } from "#server/errors.ts";

import type { Caller } from "./node.ts";
import { type Pushed, pushTo } from "./push.ts";
import { sendToUsers } from "./send-to-users.ts";
import { findAccounts } from "./user-refs.ts";
import { invalidInput } from "./wire-error.ts";

/** A message as its sender's client gave it; checked here. */
const draft = z.intersection(z.object({ clientMsgId: id }), messageContent);
type Draft = z.infer<typeof draft>;
type Push = Pick<PushBody, "type" | "content">;
/** What customers get stored, and how staff get the same pushed. */
type Both = { readonly message: Draft; readonly push: Push };

/**
 * Stores a message in the current conversation of a customer whom a member of staff names by our id or by the host's.
 * Errors: `forbidden`, `not_found`, `rate_limited`, and those of a send.
 */
export async function sendToCustomer(caller: Caller, name: string, given: Draft): Promise<Message> {
  const message = await admit(caller, given);
  const account = (await findAccounts(caller.node, [name])).get(name);
  if (account?.customer !== true) throw new DomainError("not_found", "There is no such customer.");
  const { sent, failed } = await sendToUsers(caller, { to: { userIds: [account.id] }, ...message });
  const [stored] = sent;
  if (stored === undefined) throw new DomainError(failed[0]?.code ?? "internal", "The message could not be sent.");
  return stored.message;
}

/**
 * Sends to accounts named by our id or by the host's: stored for customers, pushed to staff. Answers how many live
 * sessions they have, and who of them has none or is nobody, as they were named. Errors: `forbidden`, `bad_request`,
 * `rate_limited`.
 */
export async function sendToAccounts(caller: Caller, names: readonly string[], { message: given, push }: Both): Promise<Pushed> {
  const message = await admit(caller, given);
  const { node } = caller;
  const accounts = await findAccounts(node, names);
  const idsOf = (customer: boolean): string[] => [...new Set([...accounts.values()].filter((account) => account.customer === customer).map(({ id }) => id))];
  const [customers, staff] = [idsOf(true), idsOf(false)];
  const { sent } = customers.length === 0 ? { sent: [] } : await sendToUsers(caller, { to: { userIds: customers }, ...message });
  const pushed = staff.length === 0 ? 0 : (await pushTo(node, { to: { userIds: staff }, ...push })).delivered;
  const reached = sent.reduce((sum, { userId }) => sum + node.presence.sessionsOf(userId), 0);
  return { delivered: pushed + reached, offline: names.filter((name) => !node.presence.isOnline(accounts.get(name)?.id ?? "")) };
}

/** Pushes to all staff who are online. Errors: `forbidden`, `bad_request`, `rate_limited`. */
export async function tellStaff(caller: Caller, { message, push }: Both): Promise<Pushed> {
  await admit(caller, message);
  return pushTo(caller.node, { to: { role: "staff" }, ...push });
}

/* These count like the sends that they are. */
async function admit({ node, identity, address }: Caller, given: Draft): Promise<Draft> {
  assertAction(identity, "messages:send");
  const message = z.safeParse(draft, given);
  if (!message.success) throw invalidInput(message.error.issues);
  await node.limits.consume("agentSend", { key: identity.userId, address });
  return message.data;
}
