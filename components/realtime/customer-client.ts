import { createCore, type Client, type ClientOptions } from "./core.ts";

/** A customer's client: without the code of the console. */
export function createCustomerClient(options: ClientOptions): Client {
  return createCore(options, null);
}
