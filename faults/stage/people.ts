import type { Grant, StaffUser } from "#protocol/http.ts";

import { command, login, request } from "./api.ts";
import { admin, type Stage } from "./stage.ts";

/** A member of staff who can sign in again. */
export type Employee = { readonly grant: Grant; readonly email: string; readonly password: string };

const password = "correct horse battery";

/** Makes guests at the first node, as pages do when they connect. */
export async function makeGuests({ nodes }: Pick<Stage, "nodes">, count: number): Promise<Grant[]> {
  const guests: Grant[] = [];
  for (let n = 0; n < count; n += 1) guests.push(await request<Grant>(nodes[n % nodes.length]?.url ?? "", "auth/guest", { body: {} }));
  return guests;
}

/** Signs the admin in. */
export function signInAdmin({ nodes }: Pick<Stage, "nodes">): Promise<Grant> {
  return login(nodes[0]?.url ?? "", admin);
}

/** Signs agents in; those that are missing are made and registered as waiters. */
export async function hireAgents(stage: Pick<Stage, "nodes">, count: number, prefix = "agent"): Promise<Employee[]> {
  const at = stage.nodes[0]?.url ?? "";
  const owner = (await signInAdmin(stage)).token;
  const { items } = await request<{ items: StaffUser[] }>(at, "users?limit=100", { method: "GET", token: owner });
  const known = new Map(items.map((user) => [user.email, user.id]));
  const agents: Employee[] = [];
  for (let n = 0; n < count; n += 1) {
    const email = `${prefix}${String(n)}@example.test`;
    const id = known.get(email) ?? (await request<StaffUser>(at, "users", { token: owner, body: { email, name: `${prefix} ${String(n)}`, role: "agent", password } })).id;
    await command(at, "waiter:register", { token: owner, input: { userId: id } });
    agents.push({ grant: await login(at, { email, password }), email, password });
  }
  return agents;
}
