import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { rememberPlatform } from "./auth/current.ts";
import { extend } from "./chat/extensions.ts";
import type { Node } from "./chat/node.ts";
import { joinOthers } from "./chat/other-nodes.ts";
import { startUpkeep } from "./chat/upkeep.ts";
import { startWebhooks } from "./chat/webhook-worker.ts";
import { withPort } from "./config.ts";
import { createNode } from "./chat/create-node.ts";
import { createHttpGateway } from "./gateways/http/gateway.ts";
import { checkSocketRequest, createSocketGateway, socketPath } from "./gateways/socketio/gateway.ts";
import { createStompGateway } from "./gateways/stomp/gateway.ts";
import { listenForUpgrades } from "./gateways/upgrade.ts";
import { createWebSocketGateway } from "./gateways/websocket/gateway.ts";
import { createPost } from "./gateways/webhooks/post.ts";
import type { Pages } from "./pages.ts";
import type { Platform } from "./platform.ts";
import { isPublicPlace } from "./public-address.ts";

/** A node that listens. */
export type RunningNode = {
  readonly node: Node;
  readonly port: number;
  /** Sends everybody elsewhere, finishes what is in flight, closes. */
  stop(hurry?: AbortSignal): Promise<void>;
};

/** Sessions are sent away within this time, so that they do not all come back at once. */
const spreadMs = 15_000;
const lastCallMs = 20_000;

/** Opens the port, so that a taken one is told before anything else is done; with port 0 the system chooses. */
export async function openPort({ port, host }: { port: number; host: string }): Promise<Server> {
  // Looked at twice a second, so that whoever trickles its headers is gone within 10 s.
  const server = createServer({ maxHeaderSize: 16_384, headersTimeout: 9_000, requestTimeout: 30_000, connectionsCheckingInterval: 500, keepAliveTimeout: 75_000 });
  server.on("request", answerEarly);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return server;
}

/** Joins platform, chat, gateways and pages behind one open port. */
export async function startNode(server: Server, settings: Platform, pages: Pages | null): Promise<RunningNode> {
  const { port } = readAddress(server);
  const platform: Platform = { ...settings, config: withPort(settings.config, port) };
  const node = await createNode(platform);
  await extend(node);
  rememberPlatform(platform);
  const sockets = createSocketGateway(node);
  const webSockets = createWebSocketGateway(node);
  const stomp = createStompGateway(node);
  const http = createHttpGateway(node, (req, res) => {
    if (pages === null) res.writeHead(404).end();
    else pages.handle(req, res);
  });
  server.off("request", answerEarly);
  server.on("request", (req, res) => {
    if (req.url?.startsWith(socketPath) === true) http.guard({ req, res }, () => checkSocketRequest(node, req), () => sockets.handleRequest(req, res));
    else if (stomp.serves(req)) http.guard({ req, res }, () => stomp.handleRequest(req, res), () => {});
    else http.handle(req, res);
  });
  listenForUpgrades(server, node, [
    { matches: (path) => path === socketPath, check: (req) => checkSocketRequest(node, req), accept: (...upgrade) => sockets.handleUpgrade(...upgrade) },
    webSockets,
    stomp,
    ...(pages === null || pages.upgrade === null ? [] : [{ matches: (path: string) => path.startsWith("/_next/"), check: () => {}, accept: pages.upgrade }]),
  ]);
  const leaveOthers = joinOthers(node);
  const stopUpkeep = startUpkeep(node);
  const stopWebhooks = startWebhooks(node, createPost(node.mayCall ?? isPublicPlace));

  return {
    node,
    port,
    async stop(hurry) {
      node.draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await sendAway(node, hurry);
      await node.writer.idle();
      await Promise.all([stopUpkeep(), stopWebhooks()]);
      node.revocation.close();
      node.noticeCounts.close();
      leaveOthers();
      node.presence.close();
      node.limits.close();
      await sockets.close();
      await webSockets.close();
      await stomp.close();
      server.closeAllConnections();
      await closed;
      await platform.bus.close();
    },
  };
}

/*
 * On a single node there is nowhere else to go: everybody is told when to come back and closed at once.
 * What is in flight is finished either way.
 */
async function sendAway(node: Node, hurry?: AbortSignal): Promise<void> {
  const alone = node.config.redisUrl === null;
  const deadline = Date.now() + (alone || hurry?.aborted === true ? 0 : lastCallMs);
  for (const session of node.sessions.all()) {
    session.transport.send("session:bye", { code: "drain", reconnectInMs: Math.floor(Math.random() * spreadMs) });
  }
  await node.writer.idle();
  while (node.sessions.size > 0 && Date.now() < deadline && hurry?.aborted !== true) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  for (const session of node.sessions.all()) session.transport.close("drain");
}

/* Until the node is made: whoever asks is told to ask again. */
function answerEarly(_: IncomingMessage, res: ServerResponse): void {
  res.writeHead(503, { "Retry-After": "1", "Content-Type": "text/plain" }).end("Starting. Please try again in a moment.\n");
}

function readAddress(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server listens on no port");
  return address;
}
