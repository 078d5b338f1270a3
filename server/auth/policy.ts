import { type CommandName, commands } from "#protocol/commands.ts";
import { type Scope, scope as keyScope } from "#protocol/developers.ts";
import { DomainError } from "#server/errors.ts";
import type { Identity } from "./identity.ts";

/** What an API key may be allowed. */
export const scopes = keyScope.options;

type Who = "all" | "customer" | "staff" | "admin";
/** Who may do it, and which scope lets a key do it; null: no key may. `any`: every key may. */
export type Rule = { readonly who: Who; readonly scope: Scope | "any" | null };

/** What the HTTP routes do that is no command. Ownership is not decided here: the domain asks it of each object. */
export const actions = {
  "push": { who: "admin", scope: "push" },
  "messages:send": { who: "staff", scope: "messages" },
  "waiters:list": { who: "staff", scope: "read" },
  "waiters:self": { who: "staff", scope: null },
  "waiters:anyone": { who: "admin", scope: null },
  "sessions:list": { who: "staff", scope: "read" },
  "sessions:disconnect": { who: "admin", scope: null },
  "conversations:read": { who: "all", scope: "read" },
  "attachments:upload": { who: "all", scope: "messages" },
  "attachments:read": { who: "all", scope: "read" },
  "notices:manage": { who: "admin", scope: "notices" },
  "users:manage": { who: "admin", scope: null },
  "api-keys:manage": { who: "admin", scope: null },
  "webhooks:manage": { who: "admin", scope: null },
  "sign-in:manage": { who: "all", scope: null },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof actions;

/** The scope that lets a key give each command. */
const commandScopes: Readonly<Record<CommandName, Rule["scope"]>> = {
  "message:send": "messages",
  "message:edit": "messages",
  "message:recall": "messages",
  "conversation:sync": "read",
  "conversation:read": "messages",
  "conversation:open": null,
  "conversation:close": null,
  "conversation:claim": "messages",
  "conversation:update": "messages",
  "conversation:list": "read",
  "conversation:urge": null,
  "typing": null,
  "waiter:register": null,
  "waiter:unregister": null,
  "waiter:list": "read",
  "presence:set": null,
  "presence:watch": null,
  "presence:unwatch": null,
  "notice:list": "read",
  "notice:mark": null,
  "token:refresh": null,
  "heartbeat": "any",
};

/** Lets a command pass. Errors: `unauthenticated`, `forbidden`. */
export function assertCommand(identity: Identity | null, name: CommandName): asserts identity is Identity {
  assertRule(identity, commandRule(name));
}

/** Who may give a command, and the scope that lets a key do it. */
export function commandRule(name: CommandName): Rule {
  return { who: commands[name].who, scope: commandScopes[name] };
}

/** Lets an HTTP action pass. Errors: `unauthenticated`, `forbidden`. */
export function assertAction(identity: Identity | null, action: Action): asserts identity is Identity {
  assertRule(identity, actions[action]);
}

/** Lets everyone pass but API keys. Errors: `unauthenticated`, `forbidden`. */
export function assertPerson(identity: Identity | null): asserts identity is Identity {
  assertRule(identity, { who: "all", scope: null });
}

/** Errors: `unauthenticated`, `forbidden`. */
export function assertStaff(identity: Identity | null): asserts identity is Identity {
  assertRule(identity, { who: "staff", scope: "any" });
}

/** Errors: `unauthenticated`, `forbidden`. */
export function assertAdmin(identity: Identity | null): asserts identity is Identity {
  assertRule(identity, { who: "admin", scope: "any" });
}

function assertRule(identity: Identity | null, { who, scope }: Rule): asserts identity is Identity {
  if (identity === null) throw new DomainError("unauthenticated", "Sign in first.");
  const allowed = identity.scopes === null || scope === "any" ? isOne(identity, who) : scope !== null && identity.scopes.includes(scope);
  if (!allowed) throw new DomainError("forbidden", "You may not do this.");
}

function isOne({ role }: Identity, who: Who): boolean {
  if (who === "all") return true;
  if (who === "staff") return role !== "customer";
  return role === who;
}
