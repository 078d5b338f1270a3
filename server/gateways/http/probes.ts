import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { BlockList } from "node:net";

import type { Node } from "#server/chat/node.ts";
import { DomainError } from "#server/errors.ts";

import { readBearer } from "./credentials.ts";
import { createReadiness } from "./readiness.ts";
import { type Exchange, isRead, type Reply } from "./request.ts";

/** What machines ask: `/livez`, `/readyz`, `/metrics`. Answers null for any other path. Errors: `forbidden`. */
export type Probes = (exchange: Exchange) => Promise<Reply> | null;

const paths = new Set(["/livez", "/readyz", "/metrics"]);
/** Whoever forwards a request says so in one of these. */
const forwardingHeaders = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

export function createProbes(node: Node): Probes {
  const readiness = createReadiness(node);

  async function answer(path: string, req: IncomingMessage): Promise<Reply> {
    if (!isRead(req)) return { status: 405, headers: { Allow: "GET, HEAD" } };
    if (path === "/livez") return { status: 200, body: { status: "ok" } };
    if (path === "/readyz") {
      const failed = await readiness();
      // Without its bus a node serves all the same, only slower between nodes.
      const degraded = node.bus.health() === "ok" ? [] : ["bus"];
      return failed.length === 0
        ? { status: 200, body: { status: "ok", failed, degraded } }
        : { status: 503, body: { status: "unavailable", failed, degraded }, headers: { "Retry-After": "1" } };
    }
    if (!mayReadMetrics(node.config.metricsToken, req)) throw new DomainError("forbidden", "Metrics are read from this machine, or with the METRICS_TOKEN.");
    return { status: 200, text: await node.metrics.registry.metrics(), headers: { "Content-Type": node.metrics.registry.contentType } };
  }

  return (exchange) => {
    const { path, req } = exchange;
    if (path === null || !paths.has(path)) return null;
    exchange.route = path;
    return answer(path, req);
  };
}

function mayReadMetrics(token: string | null, req: IncomingMessage): boolean {
  const shown = readBearer(req);
  if (token !== null && shown !== null && sameSecret(token, shown)) return true;
  const { remoteAddress = "", remoteFamily } = req.socket;
  const plain = remoteAddress.replace(/^::ffff:(?=[\d.]+$)/i, "");
  const local = loopback.check(plain, plain.includes(":") || remoteFamily === undefined ? "ipv6" : "ipv4");
  return local && forwardingHeaders.every((name) => req.headers[name] === undefined);
}

/* Of equal length whatever was sent, so that time tells nothing. */
function sameSecret(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
