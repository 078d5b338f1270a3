import { createCore, type Client, type ClientOptions } from "./core.ts";
import { createStaffPart } from "./staff.ts";
import type { State } from "./state.ts";

export type { Client, ClientOptions, SendOptions } from "./core.ts";

/** A client of either kind. Customers' pages take `createCustomerClient`, which is a third smaller. */
export function createClient({ kind, ...options }: ClientOptions & { kind: State["kind"] }): Client {
  return createCore(options, kind === "staff" ? createStaffPart : null);
}
