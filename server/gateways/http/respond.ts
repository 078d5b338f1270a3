import type { Config } from "#server/config.ts";

import { type Problem, problemHeaders } from "./problem.ts";
import type { Exchange, Reply } from "./request.ts";

/** What every answer of the API carries; a handler may set another value of its own. */
export function setApiHeaders({ res, requestId }: Exchange, { secure }: Pick<Config, "secure">): void {
  res.setHeader("X-Request-Id", requestId);
  res.setHeader("X-Content-Type-Options", "nosniff");
  res.setHeader("Referrer-Policy", "no-referrer");
  res.setHeader("Cache-Control", "no-store");
  res.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  res.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  if (secure) res.setHeader("Strict-Transport-Security", "max-age=31536000");
}

/** Sends what a handler answered. Harmless when the client is gone. */
export function sendReply({ res }: Exchange, reply: Reply): void {
  if (reply === null || res.headersSent || res.destroyed) return;
  const { status, body, headers = {} } = reply;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.statusCode = status;
  const text = reply.text ?? (body === undefined ? null : JSON.stringify(body));
  if (text === null) {
    res.end();
    return;
  }
  const bytes = Buffer.from(text);
  if (!res.hasHeader("Content-Type")) res.setHeader("Content-Type", "application/json; charset=utf-8");
  res.setHeader("Content-Length", bytes.length);
  // Node leaves the body out where the method is HEAD.
  res.end(bytes);
}

/** Sends a problem; an answer that had begun already is broken off, so that nobody takes it for whole. */
export function sendProblem(exchange: Exchange, problem: Problem, headers: Readonly<Record<string, string>> = {}): void {
  const { res } = exchange;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  sendReply(exchange, {
    status: problem.status,
    body: problem,
    headers: { ...problemHeaders(problem), ...headers, "Content-Type": "application/problem+json" },
  });
}
