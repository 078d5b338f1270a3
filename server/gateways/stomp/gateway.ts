import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

import { type WebSocket, WebSocketServer } from "ws";

import { errors } from "#protocol/errors.ts";
import { limits } from "#protocol/limits.ts";

import { clientAddress } from "#server/auth/client-address.ts";
import { authenticateInUrl } from "#server/auth/gateway-tokens.ts";
import type { Identity } from "#server/auth/identity.ts";
import { checkOrigin } from "#server/auth/origin.ts";
import type { Node } from "#server/chat/node.ts";
import { DomainError } from "#server/errors.ts";
import type { UpgradeRoute } from "#server/gateways/upgrade.ts";
import { resolveGatewayPath } from "#server/gateways/websocket/endpoints.ts";
import { identifyVisitor, readQuery, readUrlToken } from "#server/gateways/websocket/identify.ts";

import type { Carrier, Rider } from "./carrier.ts";
import { type Knock, serveStomp, type Shared } from "./connection.ts";
import { createOutlet } from "./outlet.ts";
import { createSockJs } from "./sockjs.ts";
import { type Look, rideSockJsSocket, rideWebSocket } from "./web-socket-carrier.ts";

/** STOMP at `/endpoint-websocket`, over WebSockets and over SockJS. */
export type StompGateway = UpgradeRoute & {
  /** Whether a request is SockJS'. */
  serves(req: IncomingMessage): boolean;
  /** Answers a request of SockJS over HTTP. Errors: those of the contract. */
  handleRequest(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Ends what is still connected. */
  close(): Promise<void>;
};

const prefix = "/endpoint-websocket";
/** The subprotocols of the versions spoken, the highest first. */
const subprotocols = ["v12.stomp", "v11.stomp"] as const;
const lookMs = 1_000;
const closeMs = 5_000;
/** Where a close frame waits for its answer no longer. */
const lastMs = 500;
/** Connections of one address that have not said yet who they are. */
const mostStrangers = 100;

export function createStompGateway(node: Node): StompGateway {
  const shared: Shared = { node, outlet: createOutlet(), leaving: new Map() };
  const sockets = new Map<WebSocket, Look | null>();
  const strangers = new Map<string, number>();
  const sockJs = createSockJs(node, (req, onCookie) => welcome(req, onCookie));
  const server = createServer();
  node.delivery.addOutlet(shared.outlet);
  const looking = setInterval(() => {
    const now = performance.now();
    for (const look of sockets.values()) look?.(now);
    sockJs.look(now);
  }, lookMs);
  looking.unref();

  function matches(path: string): boolean {
    return node.config.gateways.includes("stomp") && readPath(node, path) !== null;
  }

  /** Lets a stranger in, who has to say soon who it is. Errors: `rate_limited`. */
  function welcome(req: IncomingMessage, onCookie: (signInId: string) => void): (carrier: Carrier) => Rider {
    const address = clientAddress(node.config, req);
    const there = strangers.get(address) ?? 0;
    if (there >= mostStrangers && !node.limits.isExempt(address)) throw new DomainError("rate_limited", "Too many connections are being opened.", { retryAfterMs: 10_000 });
    strangers.set(address, there + 1);
    let strange = true;
    const known = (): void => {
      if (!strange) return;
      strange = false;
      const left = (strangers.get(address) ?? 1) - 1;
      if (left > 0) strangers.set(address, left);
      else strangers.delete(address);
    };
    const knock: Knock = {
      address,
      raw: readQuery(req).get("raw") === "1",
      async identify(token) {
        const visitor = await identify(node, req, token);
        if (visitor.identity.via === "cookie") onCookie(visitor.identity.signInId);
        known();
        return visitor;
      },
    };
    return (carrier) => {
      const rider = serveStomp(shared, knock, carrier);
      return {
        ...rider,
        closed(inOrder) {
          known();
          rider.closed(inOrder);
        },
      };
    };
  }

  return {
    matches,

    serves: (req) => matches(pathOf(req)),

    check(req) {
      checkOrigin(node.config, req, { nullAllowed: readUrlToken(readQuery(req)) !== null });
    },

    accept(req: IncomingMessage, stream: Duplex, head: Buffer) {
      const path = readPath(node, pathOf(req)) ?? "";
      const ride = /^\/[^/.]{1,64}\/[^/.]{1,64}\/websocket\/?$/.test(path) ? rideSockJsSocket : rideWebSocket;
      if (ride === rideWebSocket && !/^(\/websocket)?\/?$/.test(path)) throw new DomainError("not_found", "There is nothing at this address.");
      server.handleUpgrade(req, stream, head, (socket) => {
        sockets.set(socket, null);
        // A frame that breaks the protocol closes the connection by itself.
        socket.on("error", (error) => node.log.debug({ err: error }, "a client broke the protocol"));
        socket.once("close", () => sockets.delete(socket));
        try {
          sockets.set(socket, ride(socket, welcome(req, () => undefined)));
        } catch {
          socket.close(errors.rate_limited.close, "rate_limited");
        }
      });
    },

    handleRequest: (req, res) => sockJs.handle(req, res, readPath(node, pathOf(req)) ?? ""),

    async close() {
      clearInterval(looking);
      sockJs.close();
      for (const socket of sockets.keys()) {
        socket.resume();
        socket.close(errors.unavailable.close, "drain");
      }
      const closed = Promise.all([...sockets.keys()].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
      const cut = setTimeout(() => [...sockets.keys()].forEach((socket) => socket.terminate()), lastMs);
      await closed;
      clearTimeout(cut);
      await Promise.all(shared.leaving.values());
    },
  };
}

function createServer(): WebSocketServer {
  const options = {
    noServer: true, clientTracking: false, perMessageDeflate: false, closeTimeout: closeMs,
    maxPayload: limits.frameBytes, maxFragments: 64, maxBufferedChunks: 1_024,
    handleProtocols: (offered: ReadonlySet<string>) => subprotocols.find((one) => offered.has(one)) ?? false,
  };
  return new WebSocketServer(options);
}

/** By the token that CONNECT shows, or else as on every gateway of older systems. A guest that the cookie does not know was made just now. */
async function identify(node: Node, req: IncomingMessage, token: string | null): Promise<{ identity: Identity; made: boolean }> {
  if (token !== null) return { identity: await authenticateInUrl(node, "stomp", token), made: false };
  const identity = await identifyVisitor(node, req, { gateway: "stomp", label: null });
  return { identity, made: identity.via === "access" && readUrlToken(readQuery(req)) === null };
}

/** The part of a path below the gateway's; null: it is none of ours. */
function readPath({ config }: Node, path: string): string | null {
  const meant = resolveGatewayPath(config, path);
  const rest = meant.startsWith(prefix) ? meant.slice(prefix.length) : null;
  return rest === "" || rest?.startsWith("/") === true ? rest : null;
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}
