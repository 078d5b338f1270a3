import { describe, expect, test } from "vitest";
import { type CommandName, commands, isCommandName } from "#protocol/commands.ts";
import { isDomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";
import type { Identity } from "./identity.ts";
import { type Action, actions, assertAction, assertAdmin, assertCommand, assertStaff } from "./policy.ts";

const someone: Identity = {
  userId: createId(), role: "customer", name: "", guest: true, externalId: null, avatarUrl: null, signInId: createId(), version: 1,
  expiresAt: new Date(), via: "access", scopes: null, locale: "en",
};
const customer = someone;
const agent: Identity = { ...someone, role: "agent" };
const admin: Identity = { ...someone, role: "admin" };
const everyone = { nobody: null, customer, agent, admin } as const;

function answer(check: () => void): string {
  try {
    check();
    return "ok";
  } catch (error) {
    return isDomainError(error) ? error.code : String(error);
  }
}

/** What nobody, a customer, an agent and an admin are answered. */
function answers(check: (identity: Identity | null) => void): string[] {
  return Object.values(everyone).map((identity) => answer(() => check(identity)));
}

const all = ["unauthenticated", "ok", "ok", "ok"];
const staff = ["unauthenticated", "forbidden", "ok", "ok"];
const admins = ["unauthenticated", "forbidden", "forbidden", "ok"];
const customers = ["unauthenticated", "ok", "forbidden", "forbidden"];

const names = Object.keys(commands).filter(isCommandName);
const actionNames: Action[] = [
  "push", "messages:send", "waiters:list", "waiters:self", "waiters:anyone", "sessions:list", "sessions:disconnect", "conversations:read",
  "attachments:upload", "attachments:read", "notices:manage", "users:manage", "api-keys:manage", "webhooks:manage", "sign-in:manage",
];

test.each(names)("S36: %s is for whom the contract says, and for nobody without an identity", (name) => {
  const expected = { all, staff, customer: customers }[commands[name].who];
  expect(answers((identity) => assertCommand(identity, name))).toEqual(expected);
});

test.each([
  ["push", admins], ["messages:send", staff], ["waiters:list", staff], ["waiters:self", staff], ["waiters:anyone", admins], ["sessions:list", staff],
  ["sessions:disconnect", admins], ["conversations:read", all], ["attachments:upload", all], ["attachments:read", all], ["notices:manage", admins],
  ["users:manage", admins], ["api-keys:manage", admins], ["webhooks:manage", admins], ["sign-in:manage", all],
] as const)("S35: the action %s", (action, expected) => {
  expect(answers((identity) => assertAction(identity, action))).toEqual(expected);
});

test("assertStaff and assertAdmin", () => {
  expect(answers(assertStaff)).toEqual(staff);
  expect(answers(assertAdmin)).toEqual(admins);
});

describe("an API key", () => {
  const key = (...scopes: string[]): Identity => ({ ...admin, via: "key", scopes });
  const allowedActions = (identity: Identity): Action[] => actionNames.filter((action) => answer(() => assertAction(identity, action)) === "ok");
  const allowedCommands = (identity: Identity): CommandName[] => names.filter((name) => answer(() => assertCommand(identity, name)) === "ok");

  test("without scopes may do nothing, whoever owns it", () => {
    expect(allowedActions(key())).toEqual([]);
    expect(allowedCommands(key())).toEqual(["heartbeat"]);
  });

  test.each([
    ["push", ["push"], ["heartbeat"]],
    ["read", ["waiters:list", "sessions:list", "conversations:read", "attachments:read"], ["conversation:sync", "conversation:list", "waiter:list", "notice:list", "heartbeat"]],
    ["notices", ["notices:manage"], ["heartbeat"]],
  ])("with the scope %s may do only that", (scope, expectedActions, expectedCommands) => {
    expect(allowedActions(key(scope))).toEqual(expectedActions);
    expect(allowedCommands(key(scope)).sort()).toEqual(expectedCommands.sort());
  });

  test("never manages accounts, keys or sign-ins", () => {
    const mighty = key("push", "messages", "read", "notices");
    expect(allowedActions(mighty)).not.toEqual(expect.arrayContaining(["users:manage"]));
    for (const action of ["users:manage", "api-keys:manage", "webhooks:manage", "sign-in:manage", "sessions:disconnect"] as const) {
      expect(answer(() => assertAction(mighty, action))).toBe("forbidden");
    }
  });
});

test("the table names every action once", () => {
  expect(Object.keys(actions).sort()).toEqual(actionNames.toSorted());
});
