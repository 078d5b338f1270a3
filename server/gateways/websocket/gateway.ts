import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocket, WebSocketServer } from "ws";

import { closeCodes, errors } from "#protocol/errors.ts";
import { limits } from "#protocol/limits.ts";

import { clientAddress } from "#server/auth/client-address.ts";
import { checkOrigin } from "#server/auth/origin.ts";
import { prepareSession } from "#server/chat/arrival.ts";
import type { Node } from "#server/chat/node.ts";
import { toDomainError } from "#server/chat/wire-error.ts";
import type { UpgradeRoute } from "#server/gateways/upgrade.ts";

import { type Connection, serveClient, type Shared } from "./connection.ts";
import { createEncoder } from "./encoder.ts";
import { type Endpoint, findEndpoint } from "./endpoints.ts";
import { identifyVisitor, readQuery, readUrlToken } from "./identify.ts";
import { createInboundBudget } from "./inbound-budget.ts";
import { createRoomIndex } from "./room-index.ts";

/** The plain WebSockets of older systems' clients. */
export type WebSocketGateway = UpgradeRoute & {
  /** Ends what is still connected. */
  close(): Promise<void>;
};

const lookMs = 1_000;
const closeMs = 5_000;
/** Where a close frame waits for its answer no longer. */
const lastMs = 500;
/** What no code of the table fits. */
const policyViolation = 1008;

export function createWebSocketGateway(node: Node): WebSocketGateway {
  const shared: Shared = { node, index: createRoomIndex(), encoder: createEncoder(), leaving: new Map() };
  const connections = new Set<Connection>();
  const sockets = new Set<WebSocket>();
  const budget = createInboundBudget();
  const small = createServer(limits.frameBytes);
  const large = new Map<number, WebSocketServer>();
  node.delivery.addOutlet(shared.index);
  const looking = setInterval(() => {
    const now = performance.now();
    for (const connection of connections) connection.look(now);
  }, lookMs);
  looking.unref();

  function serverFor(frameBytes: number): WebSocketServer {
    if (frameBytes <= limits.frameBytes) return small;
    const known = large.get(frameBytes);
    if (known !== undefined) return known;
    const made = createServer(frameBytes);
    large.set(frameBytes, made);
    return made;
  }

  async function admit(socket: WebSocket, req: IncomingMessage, { dialect, label }: Endpoint): Promise<void> {
    const { gateway } = dialect;
    const address = clientAddress(node.config, req);
    // Nothing that a stranger sends is read, only kept by the system.
    socket.pause();
    const tooLate = setTimeout(() => end(socket, closeCodes.handshakeTimeout, "handshake timeout"), limits.handshakeMs);
    try {
      const identity = await identifyVisitor(node, req, { gateway, label });
      const guestbook = await prepareSession(node, { identity, gateway, address });
      if (socket.readyState !== WebSocket.OPEN) return;
      const connection = serveClient(shared, socket, { guestbook, dialect, query: readQuery(req) });
      connections.add(connection);
      socket.once("close", () => connections.delete(connection));
      if (dialect.frameBytes > limits.frameBytes) budget.watch(socket, req.socket, () => socket.close(errors.unavailable.close, "unavailable"));
      socket.resume();
    } catch (error) {
      const refusal = toDomainError(error);
      if (refusal.code === "internal") node.log.error({ err: error, gateway }, "a connection could not be let in");
      else node.log.info({ code: refusal.code, gateway, address }, "a connection was refused");
      end(socket, errors[refusal.code].close ?? policyViolation, refusal.code);
    } finally {
      clearTimeout(tooLate);
    }
  }

  return {
    matches: (path) => findEndpoint(node.config, path) !== null,
    check: (req) => void checkOrigin(node.config, req, { nullAllowed: readUrlToken(readQuery(req)) !== null }),
    accept(req: IncomingMessage, stream: Duplex, head: Buffer) {
      const endpoint = findEndpoint(node.config, req.url?.split("?", 1)[0] ?? "");
      if (endpoint === null) return void stream.destroy();
      serverFor(endpoint.dialect.frameBytes).handleUpgrade(req, stream, head, (socket) => {
        sockets.add(socket);
        // A frame that breaks the protocol closes the connection by itself.
        socket.on("error", (error) => node.log.debug({ err: error }, "a client broke the protocol"));
        socket.once("close", () => sockets.delete(socket));
        void admit(socket, req, endpoint);
      });
    },
    async close() {
      clearInterval(looking);
      for (const socket of sockets) end(socket, errors.unavailable.close, "drain");
      const closed = Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
      const cut = setTimeout(() => sockets.forEach((socket) => socket.terminate()), lastMs);
      await closed;
      clearTimeout(cut);
      await Promise.all(shared.leaving.values());
    },
  };
}

/** Takes frames of so many bytes, in as many pieces as SECURITY.md section 6 allows; compresses nothing. */
function createServer(frameBytes: number): WebSocketServer {
  const isLarge = frameBytes > limits.frameBytes;
  const options = {
    noServer: true, clientTracking: false, perMessageDeflate: false, closeTimeout: closeMs,
    maxPayload: frameBytes, maxFragments: isLarge ? 16_384 : 64, maxBufferedChunks: isLarge ? 16_384 : 1_024,
  };
  return new WebSocketServer(options);
}

function end(socket: WebSocket, code: number, reason: string): void {
  // Whoever is not read from cannot answer the goodbye.
  socket.resume();
  socket.close(code, reason);
}
