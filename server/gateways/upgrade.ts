import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

import { errors } from "#protocol/errors.ts";

import { toDomainError } from "#server/chat/wire-error.ts";
import type { Node } from "#server/chat/node.ts";

/** A gateway that takes upgrades on some paths. */
export type UpgradeRoute = {
  matches(path: string): boolean;
  /** Throws a DomainError to refuse before the upgrade. */
  check(req: IncomingMessage): void;
  accept(req: IncomingMessage, socket: Duplex, head: Buffer): void;
};

/**
 * The only `upgrade` listener: every path that may be upgraded is in the table, each behind its own check;
 * whatever else is asked for is answered and closed.
 */
export function listenForUpgrades(server: Server, node: Node, routes: readonly UpgradeRoute[]): void {
  // Without a listener, Node would hang up without a word on whoever takes us for a proxy.
  server.on("connect", (_, socket) => {
    socket.on("error", () => socket.destroy());
    refuse(socket, 405);
  });
  server.on("upgrade", (req, socket, head) => {
    socket.on("error", () => socket.destroy());
    try {
      // An absolute address would make us a proxy; only paths are served.
      const path = req.url?.startsWith("/") === true ? (req.url.split("?", 1)[0] ?? "") : null;
      if (path === null) return refuse(socket, 400);
      const route = routes.find((one) => one.matches(path));
      if (route === undefined) return refuse(socket, 404);
      if (node.draining) return refuse(socket, 503);
      route.check(req);
      route.accept(req, socket, head);
    } catch (error) {
      const refusal = toDomainError(error);
      if (refusal.code === "internal") node.log.error({ err: error }, "an upgrade failed");
      refuse(socket, errors[refusal.code].status);
    }
  });
}

function refuse(socket: Duplex, status: number): void {
  const more = status === 503 ? "Retry-After: 1\r\n" : status === 405 ? "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n" : "";
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${more}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}
