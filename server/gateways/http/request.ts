import type { IncomingMessage, ServerResponse } from "node:http";

import { id } from "#protocol/objects.ts";
import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";

/** One request and its answer. */
export type Exchange = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Names the request in its answer and in the log: the client's `X-Request-Id` where that is well-formed. */
  readonly requestId: string;
  /** As it was sent, without the query; null for what is no path (an absolute address, `*`). */
  readonly path: string | null;
  /** What the metrics and the log call it; set by whoever finds out. Never a path, which holds ids. */
  route: string;
};

/** A request that found its route. */
export type HttpRequest = Exchange & {
  /** The variable parts of the path, decoded. */
  readonly params: ReadonlyMap<string, string>;
};

/** What a handler answers: `body` as JSON, or `text` as it is. Null: the handler has answered by itself. */
export type Reply = {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
} | null;

/** Begins an exchange. Never throws, whatever the request is. */
export function beginExchange(req: IncomingMessage, res: ServerResponse): Exchange {
  const given = req.headersDistinct["x-request-id"] ?? [];
  const requestId = given.length === 1 && /^[\w.-]{1,64}$/.test(given[0] ?? "") ? (given[0] ?? createId()) : createId();
  const path = req.url?.startsWith("/") === true ? (/^[^?#]*/.exec(req.url)?.[0] ?? null) : null;
  // A client that goes away is no failure of ours.
  req.on("error", () => {});
  res.on("error", () => {});
  return { req, res, requestId, path, route: "unmatched" };
}

/** The id in the path. Errors: `bad_request` when it is no UUID. */
export function readId({ params }: HttpRequest, name: string): string {
  const parsed = id.safeParse(params.get(name));
  if (!parsed.success) throw new DomainError("bad_request", `The ${name} in the path is not a UUID.`);
  return parsed.data;
}

export function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}
