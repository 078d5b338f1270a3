import type { IncomingMessage, ServerResponse } from "node:http";

import { clientAddress } from "#server/auth/client-address.ts";
import { checkHost, checkOrigin } from "#server/auth/origin.ts";
import { reportError } from "#server/chat/dispatch.ts";
import type { Context, Node } from "#server/chat/node.ts";
import { DomainError } from "#server/errors.ts";
import { resolveGatewayPath } from "#server/gateways/websocket/endpoints.ts";

import { chatHttpRoutes } from "./chat-http-routes.ts";
import { answerPreflight, applyCors } from "./cors.ts";
import { identifyRequest } from "./credentials.ts";
import { prepareForPages } from "./page-headers.ts";
import { createProbes } from "./probes.ts";
import { presentProblem } from "./problem.ts";
import { rayimRoutes } from "./rayim-routes.ts";
import { beginExchange, type Exchange, isRead } from "./request.ts";
import { watchBody } from "./request-body.ts";
import { sendProblem, sendReply, setApiHeaders } from "./respond.ts";
import { createRouter, type Match } from "./router.ts";
import { routes } from "./routes.ts";
import { isStompPage, stompPageRoutes } from "./stomp-page-routes.ts";

type Handler = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;
type Pair = { readonly req: IncomingMessage; readonly res: ServerResponse };

/** Everything that comes over HTTP. */
export type HttpGateway = {
  /** Answers a request: probes and the API here, the rest by the pages. */
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Runs `check`, answers the error that it throws, and otherwise hands the request on. */
  guard(pair: Pair, check: () => void | Promise<void>, next: () => void): void;
};

/** Joins the gateway with a node and with the pages, `next`. Nothing that it is asked ends the process. */
export function createHttpGateway(node: Node, next: Handler): HttpGateway {
  const { config } = node;
  const findRoute = createRouter([...routes, ...rayimRoutes, ...chatHttpRoutes, ...stompPageRoutes]);
  const probe = createProbes(node);

  async function answer(exchange: Exchange): Promise<void> {
    const { req, path } = exchange;
    const probing = probe(exchange);
    if (probing !== null) {
      setApiHeaders(exchange, config);
      return sendReply(exchange, await probing);
    }
    checkHost(config, req);
    if (path === "/api/v1" || path?.startsWith("/api/v1/") === true) return answerApi(exchange, path);
    const meant = resolveGatewayPath(config, path ?? "/");
    if (meant.startsWith("/api/system/utility/rayim/") || meant === "/v1/chat/http" || isStompPage(meant)) return answerApi(exchange, meant);
    return answerPage(exchange, path ?? "/");
  }

  async function answerApi(exchange: Exchange, path: string): Promise<void> {
    const { req, requestId } = exchange;
    setApiHeaders(exchange, config);
    applyCors(config, exchange);
    const method = req.method ?? "GET";
    const match = findRoute(method, path);
    if (match.kind === "none") throw new DomainError("not_found", "There is nothing at this address.");
    if (method === "OPTIONS") return answerPreflight(exchange, match.kind === "method" ? match.allow : []);
    if (match.kind === "method") return refuseMethod(exchange, match);
    const { route, params } = match;
    exchange.route = route.pattern;
    const identity = route.access === "open" ? null : await identifyRequest(node, req);
    const context: Context = { node, identity, session: null, address: clientAddress(config, req), requestId };
    // What was asked for is not undone when the node begins to stop; only the connection is not kept.
    if (node.draining) exchange.res.setHeader("Connection", "close");
    sendReply(exchange, await route.run(context, { ...exchange, params }));
  }

  async function answerPage(exchange: Exchange, path: string): Promise<void> {
    const { req, res } = exchange;
    exchange.route = "pages";
    if (req.headers["next-action"] !== undefined) throw new DomainError("not_found", "There is nothing at this address.");
    // Route handlers stand under /api/ alone; in development Next has some addresses of its own.
    const mayWrite = path.startsWith("/api/") || (!config.production && /^\/(?:_next\/|__nextjs)/.test(path));
    if (!isRead(req)) {
      if (!mayWrite) {
        setApiHeaders(exchange, config);
        return refuseMethod(exchange, { kind: "method", allow: ["GET", "HEAD"] });
      }
      checkOrigin(config, req, { nullAllowed: false });
    }
    prepareForPages(config, req, res);
    await next(req, res);
  }

  function run(pair: Pair, work: (exchange: Exchange) => Promise<void>): void {
    const exchange = beginExchange(pair.req, pair.res);
    const discardRest = watchBody(pair.req);
    observe(node, exchange);
    work(exchange)
      .catch(async (thrown: unknown) => {
        const problem = presentProblem(refusalOf(node, exchange, thrown));
        const whole = await discardRest();
        if (!pair.res.headersSent) setApiHeaders(exchange, config);
        sendProblem(exchange, problem, whole ? {} : { Connection: "close" });
      })
      .catch((error: unknown) => {
        node.log.error({ err: error, requestId: exchange.requestId }, "an answer could not be sent");
        pair.res.destroy();
      });
  }

  return {
    handle: (req, res) => run({ req, res }, answer),
    guard: (pair, check, pass) => run(pair, async (exchange) => {
      exchange.route = "guarded";
      setApiHeaders(exchange, config);
      await check();
      pass();
    }),
  };
}

function refuseMethod(exchange: Exchange, { allow }: Extract<Match, { kind: "method" }>): void {
  const { requestId } = exchange;
  const message = `This address knows only ${allow.join(", ")}.`;
  sendProblem(exchange, presentProblem({ code: "bad_request", message, retryable: false, requestId }, 405), { Allow: allow.join(", ") });
}

/* The wire form of a failure. That someone was turned away is worth a line, without what was sent. */
function refusalOf(node: Node, { req, requestId, route }: Exchange, thrown: unknown) {
  const what = `${req.method ?? ""} ${route}`;
  const refusal = reportError({ node, identity: null, session: null, address: "", requestId }, thrown, what);
  if (refusal.code === "forbidden") node.log.info({ requestId, code: refusal.code, request: what }, "a request was refused");
  return refusal;
}

function observe({ metrics, log }: Node, exchange: Exchange): void {
  const { req, res, requestId } = exchange;
  const begun = performance.now();
  res.once("close", () => {
    const ms = performance.now() - begun;
    const { method = "" } = req;
    const status = String(res.statusCode);
    metrics.httpRequestDuration.observe({ method, route: exchange.route, status }, ms / 1_000);
    log.debug({ requestId, method, route: exchange.route, status: res.statusCode, ms: Math.round(ms) }, "answered");
  });
}
