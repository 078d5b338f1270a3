import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Config } from "#server/config.ts";

type Request = {
  readonly headersDistinct: IncomingMessage["headersDistinct"];
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/**
 * Answers the address of whoever sent the request. `X-Forwarded-For` counts only as far as it was written by the
 * proxies of TRUST_PROXY: read from its end, the first address that is none of them is the client.
 */
export function clientAddress({ trustProxy }: Pick<Config, "trustProxy">, req: Request): string {
  const hops = (req.headersDistinct["x-forwarded-for"] ?? []).join(",").split(",").map((hop) => normalAddress(hop.trim()));
  let address = normalAddress(req.socket.remoteAddress ?? "");
  while (trustProxy.includes(address)) {
    const before = hops.pop();
    if (before === undefined || isIP(before) === 0) break;
    address = before;
  }
  return address;
}

/** IPv4 peers of a socket that listens on both families come as `::ffff:192.0.2.1`, scoped ones as `fe80::1%eth0`. */
function normalAddress(address: string): string {
  const plain = address.toLowerCase().split("%", 1).join("");
  return /^::ffff:[\d.]+$/.test(plain) ? plain.slice(7) : plain;
}

/** How the client's address reaches pages and route handlers, which never see the socket. */
const addressHeader = "x-client-address";

/** Writes the client's address into the request before Next gets it, over whatever the client wrote there. */
export function passClientAddress(config: Pick<Config, "trustProxy">, req: IncomingMessage): void {
  req.headers[addressHeader] = clientAddress(config, req);
}

/** Answers what `passClientAddress` wrote; empty when the request did not come that way. */
export function passedClientAddress(headers: Readonly<Record<string, unknown>>): string {
  const address = headers[addressHeader];
  return typeof address === "string" && isIP(address) !== 0 ? address : "";
}
