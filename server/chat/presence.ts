import type { CommandData, CommandInput } from "#protocol/commands.ts";

import { assertStaff } from "#server/auth/policy.ts";
import { DomainError } from "#server/errors.ts";

import type { Caller } from "./node.ts";
import { rooms } from "./rooms.ts";

/** Sets my own availability (staff) or the page that I am on (customers), for this session. Errors: `bad_request`, `forbidden`. */
export function setPresence(caller: Caller, input: CommandInput<"presence:set">): CommandData<"presence:set"> {
  const { session, identity, node } = caller;
  if (session === null) throw new DomainError("bad_request", "This needs a live connection.");
  if (input.status !== undefined) {
    assertStaff(caller.identity);
    // Availability is the person's, not the tab's.
    for (const own of node.sessions.ofUser(identity.userId)) own.status = input.status;
  }
  if (input.page !== undefined) {
    if (identity.role !== "customer") throw new DomainError("forbidden", "Only customers tell on which page they are.");
    session.page = input.page;
  }
  node.presence.touch(session);
  return {};
}

/** Who is online now; from here on this session gets `presence:changed`. Errors: `forbidden`. */
export function watchPresence(caller: Caller): CommandData<"presence:watch"> {
  assertStaff(caller.identity);
  const answer = caller.node.presence.snapshot();
  if (caller.session !== null) caller.node.sessions.join(caller.session, rooms.presence);
  return answer;
}

export function unwatchPresence(caller: Caller): CommandData<"presence:unwatch"> {
  assertStaff(caller.identity);
  if (caller.session !== null) caller.node.sessions.leave(caller.session, rooms.presence);
  return {};
}
