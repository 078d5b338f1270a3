import type { IncomingMessage } from "node:http";
import type { Config } from "#server/config.ts";
import { DomainError } from "#server/errors.ts";

/** Where a request comes from: our own pages, another listed origin, the listed origin `null`, or it does not say. */
export type OriginKind = "own" | "listed" | "null" | "absent";

type Request = Pick<IncomingMessage, "headersDistinct" | "method" | "url">;
type Settings = Pick<Config, "allowNullOrigin" | "hosts" | "origins" | "publicUrl">;

const longestOrigin = 1_024;

/**
 * Answers where a request comes from; only exact matches of whole origins count. `null` passes only where
 * `nullAllowed`: on the gateways of CONTRACT.md section 6, which then need a token in the URL.
 * Errors: `forbidden` for any other origin, `bad_request` for a header that is repeated or overlong.
 */
export function checkOrigin(config: Settings, req: Request, { nullAllowed }: { nullAllowed: boolean }): OriginKind {
  const [origin, ...more] = req.headersDistinct["origin"] ?? [];
  if (origin === undefined) return "absent";
  if (more.length > 0 || origin.length > longestOrigin) throw new DomainError("bad_request", "The Origin header is malformed.");
  if (origin === "null" && nullAllowed && config.allowNullOrigin) return "null";
  if (!config.origins.includes(origin)) throw new DomainError("forbidden", "This origin may not connect.");
  return isOwn(config, origin, req) ? "own" : "listed";
}

/**
 * Whether a cookie on this request proves anything. A page of ours must have sent it: an exact Origin says so, and on
 * reads, where browsers send none, their `Sec-Fetch-Site`, which no page can forge.
 */
export function cookiesCount(config: Settings, req: Request): boolean {
  const kind = checkOrigin(config, req, { nullAllowed: false });
  if (kind !== "absent") return kind === "own";
  const reads = req.method === "GET" || req.method === "HEAD";
  return reads && req.headersDistinct["upgrade"] === undefined && req.headersDistinct["sec-fetch-site"]?.join() === "same-origin";
}

/**
 * Refuses requests that are meant for another host, or that ask us to be a proxy: `bad_request`.
 * Not for /livez, /readyz and /metrics, which load balancers call by address.
 */
export function checkHost({ hosts }: Pick<Config, "hosts">, req: Request): void {
  const named = req.headersDistinct["host"] ?? [];
  const host = named[0]?.toLowerCase().replace(/:(?:80|443)$/, "") ?? "";
  const ours = named.length === 1 && (hosts.includes(host) || hosts.includes(named[0]?.toLowerCase() ?? ""));
  if (!ours || !req.url?.startsWith("/")) throw new DomainError("bad_request", "This host is not served here.");
}

/** Our own origin is the one whose host the request was sent to; another listed one is a neighbour. */
function isOwn({ publicUrl }: Settings, origin: string, req: Request): boolean {
  const host = req.headersDistinct["host"]?.[0]?.toLowerCase();
  return origin === publicUrl || (new URL(origin).protocol === new URL(publicUrl).protocol && new URL(origin).host === host);
}
