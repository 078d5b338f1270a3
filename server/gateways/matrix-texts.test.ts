import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it, vi } from "vitest";

import { madeApiKey } from "#protocol/developers.ts";

import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { httpClient, read } from "#server/testing/http-client.ts";
import { makeCustomer } from "#server/testing/identities.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { isRecord, openSocket, type SocketClient } from "#server/testing/web-socket.ts";

/* The rest of promise P17: the gateways that know texts alone, by role and by whom a text names (S30, S36, S37). */

const gateways = ["/rayim", "/infra/ws", "/webSocket/me", "/ws/me", "/v1/chat/http"] as const;
const roles = ["nobody", "guest", "customer", "agent", "admin", "key"] as const;
/** Two customers, somebody who is nobody, and no name at all. */
const targets = ["own", "foreign", "missing", "none"] as const;
type Gateway = (typeof gateways)[number];
type Role = (typeof roles)[number];
type Target = (typeof targets)[number];
type Cell = { gateway: Gateway; role: Role; target: Target };

/** Where a text ended up, and the error that was told; null: nowhere, none. */
type Outcome = { stored: "own" | "foreign" | null; error: string | null };

const cells: Cell[] = gateways.flatMap((gateway) => roles.flatMap((role) => targets.map((target) => ({ gateway, role, target }))));
const names = { own: "own-42", foreign: "foreign-43", missing: "nobody-44", none: null } as const;
const beat: Readonly<Partial<Record<Gateway, readonly [say: string, answer: string]>>> = { "/infra/ws": ["ping", "pong"] };
let node: TestNode;
const tokens = new Map<Role, string>();
const conversations = new Map<string, "own" | "foreign">();

beforeAll(async () => {
  node = await startTestNode();
  const [guest, customer, agent, admin] = [await makeGuest(node), await makeCustomer(node, names.own), await makeStaff(node), await makeStaff(node, "admin")];
  const made = await httpClient(node, admin.token)("POST", "/api/v1/api-keys", { body: { name: "Texts", scopes: ["messages"] } });
  for (const [role, token] of [["guest", guest.token], ["customer", customer.token], ["agent", agent.token], ["admin", admin.token], ["key", read(made, madeApiKey).key]] as const) tokens.set(role, token);
  for (const [grant, whose] of [[guest, "own"], [customer, "own"], [await makeCustomer(node, names.foreign), "foreign"]] as const) {
    const client = await connect(node, grant);
    conversations.set((await client.say("hello")).conversationId, whose);
    client.close();
  }
});

/* What CONTRACT.md section 6 says. */
function expected({ gateway, role, target }: Cell): Outcome {
  const http = gateway === "/v1/chat/http";
  if (role === "nobody" || (role === "key" && !http)) return { stored: null, error: "unauthenticated" };
  // Of customers a text goes into their own conversation, whomever it names.
  if (role === "guest" || role === "customer") return { stored: "own", error: null };
  if (gateway === "/webSocket/me" || gateway === "/ws/me") return { stored: null, error: "bad_request" };
  if (target === "own" || target === "foreign") return { stored: target, error: null };
  if (gateway === "/infra/ws") return { stored: null, error: null };
  if (target === "missing") return { stored: null, error: "not_found" };
  if (gateway === "/rayim") return { stored: null, error: "bad_request" };
  return { stored: null, error: role === "admin" ? null : "forbidden" };
}

async function place(text: string): Promise<Outcome["stored"]> {
  const { rows } = await node.node.database.pool.query<{ conversationId: string }>(`select "conversationId" from "Message" where body = $1`, [text]);
  expect(rows.length).toBeLessThan(2);
  return conversations.get(rows[0]?.conversationId ?? "") ?? null;
}

async function run({ gateway, role, target }: Cell): Promise<Outcome> {
  const token = tokens.get(role) ?? null;
  const text = `a text ${randomUUID()}`;
  const to = names[target];
  if (gateway === "/v1/chat/http") {
    const { body } = await httpClient(node, token)("POST", gateway, { body: { content: text, ...(to === null ? {} : { to }) } });
    return { stored: await place(text), error: isRecord(body) && typeof body["code"] === "string" ? body["code"] : null };
  }
  const client = await openSocket(node, `${gateway}${token === null ? "" : `?token=${token}`}`);
  client.send(frameOf(gateway, text, to));
  const error = await Promise.race([client.closed.then(({ reason }) => reason), told(gateway, client, text)]);
  client.socket.close();
  return { stored: await place(text), error };
}

function frameOf(gateway: Gateway, text: string, to: string | null): unknown {
  if (gateway === "/rayim") return { code: 1, msg: text, id: "1", ...(to === null ? {} : { to }) };
  if (gateway === "/infra/ws") return { type: "demo-message-send", content: JSON.stringify({ text, toUserId: to }) };
  return text;
}

/** Waits until a text was dealt with; answers the code of the error that came. */
async function told(gateway: Gateway, client: SocketClient, text: string): Promise<string | null> {
  const [say, answer] = beat[gateway] ?? [null, null];
  if (say !== null) {
    client.send(say);
    await client.next((frame) => frame === answer);
    return null;
  }
  if (gateway === "/rayim") {
    const frame = await client.nextObject({ id: "1" });
    return typeof frame["error"] === "string" ? frame["error"] : null;
  }
  // These clients hear nothing of what went well.
  return vi.waitFor(async () => {
    const frame = client.frames.find((one) => one.includes("conversationId is missing"));
    if (frame !== undefined) return "bad_request";
    if (await place(text) === null) throw new Error("neither stored nor refused");
    return null;
  }, 15_000);
}

describe.each(gateways)("a text over %s", (gateway) => {
  it.each(roles)("of %s goes where the contract says, whomever it names (S37)", async (role) => {
    for (const cell of cells.filter((one) => one.gateway === gateway && one.role === role)) {
      expect({ ...cell, ...await run(cell) }).toEqual({ ...cell, ...expected(cell) });
    }
  });
});

it("is looked at in every cell", () => {
  process.stdout.write(`matrix of texts: ${gateways.length} gateways × ${roles.length} roles × ${targets.length} names = ${cells.length} cells\n`);
  expect(cells.length).toBe(120);
});
