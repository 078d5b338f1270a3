import type { CommandName } from "#protocol/commands.ts";
import type { ErrorCode } from "#protocol/errors.ts";

/*
 * What CONTRACT.md says about every command, written down once more and without a look at the code: the matrix of all
 * gateways compares with this. Nothing here is derived from `protocol/` or the policy.
 */

export const gateways = ["socketio", "http", "ws", "stomp"] as const;
export const roles = ["nobody", "guest", "customer", "agent", "admin", "key"] as const;
/**
 * Whose the thing is that a command names: for customers their own conversation or another's, for staff one that is
 * assigned to them or to a colleague; one that is nobody's; and an id that is none. `none`: nothing is named.
 */
export const targets = ["own", "foreign", "missing", "malformed", "none"] as const;

export type Gateway = (typeof gateways)[number];
export type Role = (typeof roles)[number];
export type Target = (typeof targets)[number];
export type Outcome = "ok" | ErrorCode;
export type Cell = { readonly gateway: Gateway; readonly role: Role; readonly row: RowName; readonly target: Target };

/** The rows: every command, and those that are looked at in more than one way. */
export type RowName = keyof typeof rows;

type Row = {
  readonly command: string;
  readonly who: "all" | "staff" | "customers";
  /** Needs a live session: HTTP does not know it. */
  readonly live: boolean;
  /** Whether an API key with all scopes may give it. */
  readonly key: boolean;
  readonly targets: readonly Target[];
  /** What it comes to for whoever may give it; left out: whether the conversation is theirs to see. */
  readonly answers?: (at: { readonly role: Role; readonly target: Target }) => Outcome;
};

const named = ["own", "foreign", "missing", "malformed"] as const;
const isStaff = (role: Role): boolean => role === "agent" || role === "admin" || role === "key";
const always = (outcome: Outcome) => (): Outcome => outcome;

/* Staff see every conversation, customers their own; what one may not see does not exist. */
function seen({ role, target }: { role: Role; target: Target }): Outcome {
  if (target === "malformed") return "bad_request";
  return target === "own" || target === "none" || (target === "foreign" && isStaff(role)) ? "ok" : "not_found";
}

/* Others' registrations are an admin's to change. */
function ofWaiter(missing: Outcome) {
  return ({ role, target }: { role: Role; target: Target }): Outcome => {
    if (target === "malformed") return "bad_request";
    if (target === "own" || target === "none") return "ok";
    if (role !== "admin") return "forbidden";
    return target === "foreign" ? "ok" : missing;
  };
}

export const rows = {
  "message:send": { command: "message:send", who: "all", live: false, key: true, targets: named },
  "message:send without a conversation": { command: "message:send", who: "all", live: false, key: true, targets: ["none"], answers: ({ role }) => (isStaff(role) ? "bad_request" : "ok") },
  "message:send of a note": { command: "message:send", who: "staff", live: false, key: true, targets: ["own"] },
  "message:edit": { command: "message:edit", who: "all", live: false, key: true, targets: named },
  "message:edit of another's": { command: "message:edit", who: "all", live: false, key: true, targets: ["own"], answers: always("forbidden") },
  "message:recall": { command: "message:recall", who: "all", live: false, key: true, targets: named },
  "message:recall of another's": { command: "message:recall", who: "all", live: false, key: true, targets: ["own"], answers: always("forbidden") },
  "conversation:sync": { command: "conversation:sync", who: "all", live: false, key: true, targets: named },
  "conversation:read": { command: "conversation:read", who: "all", live: false, key: true, targets: named },
  "conversation:open": { command: "conversation:open", who: "staff", live: true, key: false, targets: named },
  "conversation:close": { command: "conversation:close", who: "staff", live: true, key: false, targets: named },
  "conversation:claim": { command: "conversation:claim", who: "staff", live: false, key: true, targets: named, answers: (at) => (at.target === "foreign" ? "conflict" : seen(at)) },
  "conversation:update": { command: "conversation:update", who: "staff", live: false, key: true, targets: named },
  "conversation:list": { command: "conversation:list", who: "staff", live: false, key: true, targets: ["none", "malformed"] },
  "conversation:urge": { command: "conversation:urge", who: "customers", live: false, key: false, targets: ["none"] },
  typing: { command: "typing", who: "all", live: true, key: false, targets: named },
  "waiter:register": { command: "waiter:register", who: "staff", live: false, key: false, targets: [...named, "none"], answers: ofWaiter("not_found") },
  "waiter:unregister": { command: "waiter:unregister", who: "staff", live: false, key: false, targets: [...named, "none"], answers: ofWaiter("ok") },
  "waiter:list": { command: "waiter:list", who: "staff", live: false, key: true, targets: ["none"] },
  "presence:set of a status": { command: "presence:set", who: "all", live: true, key: false, targets: ["none", "malformed"], answers: (at) => (at.target === "none" && !isStaff(at.role) ? "forbidden" : seen(at)) },
  "presence:set of a page": { command: "presence:set", who: "customers", live: true, key: false, targets: ["none"] },
  "presence:watch": { command: "presence:watch", who: "staff", live: true, key: false, targets: ["none"] },
  "presence:unwatch": { command: "presence:unwatch", who: "staff", live: true, key: false, targets: ["none"] },
  "notice:list": { command: "notice:list", who: "all", live: false, key: true, targets: ["none"] },
  "notice:mark": { command: "notice:mark", who: "all", live: false, key: false, targets: named, answers: (at) => (at.target === "foreign" ? "not_found" : seen(at)) },
  "token:refresh": {
    command: "token:refresh", who: "all", live: true, key: false, targets: named,
    answers: ({ target }) => (({ own: "ok", foreign: "forbidden", missing: "unauthenticated", malformed: "bad_request", none: "ok" }) as const)[target],
  },
  heartbeat: { command: "heartbeat", who: "all", live: false, key: true, targets: ["none"] },
  "a command that there is not": { command: "message:destroy", who: "all", live: true, key: true, targets: ["none"], answers: always("bad_request") },
  "an event": { command: "message:created", who: "all", live: true, key: true, targets: ["none"], answers: always("bad_request") },
  "a name of objects": { command: "__proto__", who: "all", live: true, key: true, targets: ["none"], answers: always("bad_request") },
} as const satisfies Readonly<Record<string, Row>>;

/** Every row that gives this command. */
export function rowsOf(command: CommandName): RowName[] {
  return rowNames.filter((name) => rows[name].command === command);
}

export const rowNames = Object.keys(rows).filter((name): name is RowName => Object.hasOwn(rows, name));

/** All cells of the matrix. */
export function allCells(): Cell[] {
  return gateways.flatMap((gateway) => roles.flatMap((role) => rowNames.flatMap((row) => rows[row].targets.map((target) => ({ gateway, role, row, target })))));
}

/** What a cell has to come to. */
export function expectedOutcome({ gateway, role, row, target }: Cell): Outcome {
  const { who, live, key, answers = seen }: Row = rows[row];
  if (gateway === "http" && live) return "not_found";
  if (role === "nobody" || (role === "key" && gateway !== "http")) return "unauthenticated";
  const may = role === "key" ? key && who !== "customers" : who === "all" || (who === "staff") === isStaff(role);
  return may ? answers({ role, target }) : "forbidden";
}
