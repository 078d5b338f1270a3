import { createHash, randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";

import { limits } from "#protocol/limits.ts";

import { checkHost, checkOrigin } from "#server/auth/origin.ts";
import { identityFromCookie } from "#server/auth/session-cookie.ts";
import type { Node } from "#server/chat/node.ts";
import { DomainError } from "#server/errors.ts";
import { readQuery, readUrlToken } from "#server/gateways/websocket/identify.ts";

import type { Carrier, Rider } from "./carrier.ts";
import { channels, type ChannelName, createSockJsSession, type SockJsSession } from "./sockjs-session.ts";
import { readTexts } from "./web-socket-carrier.ts";

/** SockJS over HTTP, for clients whose network lets no WebSocket through. */
export type SockJs = {
  /** Answers a request below the gateway's path. Errors: those of the contract. */
  handle(req: IncomingMessage, res: ServerResponse, path: string): Promise<void>;
  look(now: number): void;
  close(): void;
};

/** Begins to serve whoever sent the request. `onCookie`: the sign-in by whose cookie it was let in. Errors: `rate_limited`. */
type Serve = (req: IncomingMessage, onCookie: (signInId: string) => void) => (carrier: Carrier) => Rider;

type Pair = { readonly req: IncomingMessage; readonly res: ServerResponse };
type Kept = { readonly session: SockJsSession; /** The cookie that has to come with each request. */ signInId: string | null };

const mostSessions = 12_000;
/** JSON writes one character of a frame as up to six. */
const mostBytes = 6 * limits.frameBytes;
const noSession = new DomainError("not_found", "There is no such connection.");

export function createSockJs(node: Node, serve: Serve): SockJs {
  const sessions = new Map<string, Kept>();

  function open(key: string, req: IncomingMessage): Kept {
    if (node.draining || sessions.size >= mostSessions) {
      throw new DomainError("unavailable", "This server takes no new connections now. Connect again in a moment.", { retryAfterMs: 1_000 });
    }
    const begin = serve(req, (signInId) => {
      kept.signInId = signInId;
    });
    const kept: Kept = { session: createSockJsSession(begin, () => sessions.delete(key)), signInId: null };
    sessions.set(key, kept);
    return kept;
  }

  /* A session that a cookie opened is nobody else's, even if its id were guessed. */
  async function assertOwner({ signInId }: Kept, req: IncomingMessage): Promise<void> {
    if (signInId !== null && (await identityFromCookie(node, req))?.signInId !== signInId) throw noSession;
  }

  async function receive({ req, res }: Pair, key: string, name: ChannelName): Promise<void> {
    await readBody(req);
    const known = sessions.get(key);
    if (known !== undefined) await assertOwner(known, req);
    if (res.destroyed) return;
    (sessions.get(key) ?? open(key, req)).session.attach(res, channels[name]);
  }

  async function send({ req, res }: Pair, key: string): Promise<void> {
    const texts = readTexts((await readBody(req)).toString());
    if (texts === null || texts.length === 0) throw new DomainError("bad_request", "The body is a JSON list of texts.");
    const kept = sessions.get(key);
    if (kept === undefined) throw noSession;
    await assertOwner(kept, req);
    await kept.session.take(texts);
    res.writeHead(204, { "Content-Type": "text/plain; charset=UTF-8" }).end();
  }

  return {
    async handle(req, res, path) {
      checkHost(node.config, req);
      allowOrigin(node, req, res);
      const place = findPlace(path);
      if (place === null) throw new DomainError("not_found", "There is nothing at this address.");
      const { method } = place;
      if (req.method === "OPTIONS") return answerPreflight(res, method);
      if (req.method !== method) return void res.writeHead(405, { Allow: `${method}, OPTIONS` }).end();
      if (place.kind === "page") return place.answer(res);
      const key = keyOf(req, place.sessionId);
      return place.name === "xhr_send" ? send({ req, res }, key) : receive({ req, res }, key, place.name);
    },
    look(now) {
      for (const { session } of sessions.values()) session.look(now);
    },
    close() {
      for (const { session } of sessions.values()) session.drop();
    },
  };
}

type Place =
  | { readonly kind: "page"; readonly method: "GET"; readonly answer: (res: ServerResponse) => void | Promise<void> }
  | { readonly kind: "session"; readonly method: "GET" | "POST"; readonly name: ChannelName | "xhr_send"; readonly sessionId: string };

/** What stands at a path below the gateway's own. */
function findPlace(path: string): Place | null {
  if (/^\/?$/.test(path)) return { kind: "page", method: "GET", answer: answerWelcome };
  if (/^\/info\/?$/.test(path)) return { kind: "page", method: "GET", answer: answerInfo };
  if (/^\/iframe[\w.-]*\.html$/.test(path)) return { kind: "page", method: "GET", answer: answerFrame };
  if (path === "/sockjs.min.js") return { kind: "page", method: "GET", answer: answerScript };
  const [, sessionId, transport] = /^\/[^/.]{1,64}\/([^/.]{1,64})\/(xhr|xhr_streaming|xhr_send|eventsource)\/?$/.exec(path) ?? [];
  const name = (["xhr", "xhr_streaming", "xhr_send", "eventsource"] as const).find((one) => one === transport);
  return sessionId === undefined || name === undefined ? null : { kind: "session", method: name === "eventsource" ? "GET" : "POST", name, sessionId };
}

/*
 * Clients choose the ids of their sessions, and short ones: what else a client shows with each request belongs to it, so
 * that an id alone leads nowhere.
 */
function keyOf(req: IncomingMessage, sessionId: string): string {
  const shown = [sessionId, readUrlToken(readQuery(req)) ?? "", req.headers["user-agent"] ?? ""];
  return createHash("sha256").update(JSON.stringify(shown)).digest("base64url");
}

/**
 * Lets pages of listed origins read the answers, and refuses all others; `null` passes where it is listed and a token
 * stands in the address. Errors: `forbidden`, `bad_request`.
 */
function allowOrigin({ config }: Node, req: IncomingMessage, res: ServerResponse): void {
  res.setHeader("Vary", "Origin");
  const kind = checkOrigin(config, req, { nullAllowed: readUrlToken(readQuery(req)) !== null });
  // A browser that hides the origin of a foreign page still says that it is one.
  const foreign = req.headersDistinct["sec-fetch-site"]?.some((site) => site === "cross-site" || site === "same-site") === true;
  if (kind === "absent" && foreign) throw new DomainError("forbidden", "This origin may not connect.");
  if (kind === "absent") return;
  res.setHeader("Access-Control-Allow-Origin", req.headersDistinct["origin"]?.[0] ?? "");
  // SockJS' client asks for them on foreign pages; cookies of foreign pages prove nothing here all the same.
  res.setHeader("Access-Control-Allow-Credentials", "true");
}

function answerPreflight(res: ServerResponse, method: string): void {
  res.setHeader("Allow", `${method}, OPTIONS`);
  if (res.hasHeader("Access-Control-Allow-Origin")) {
    res.setHeader("Access-Control-Allow-Methods", `${method}, OPTIONS`);
    res.setHeader("Access-Control-Allow-Headers", "Content-Type");
    res.setHeader("Access-Control-Max-Age", "600");
  }
  res.writeHead(204).end();
}

function answerWelcome(res: ServerResponse): void {
  res.writeHead(200, { "Content-Type": "text/plain; charset=UTF-8" }).end("Welcome to SockJS!\n");
}

function answerInfo(res: ServerResponse): void {
  const info = { websocket: true, origins: ["*:*"], cookie_needed: false, entropy: randomInt(2 ** 32) };
  res.writeHead(200, { "Content-Type": "application/json; charset=UTF-8" }).end(JSON.stringify(info));
}

const frameScript = "document.domain = document.domain; SockJS.bootstrap_iframe();";

/* The frame speaks for whoever embeds it, with our own origin: only our own pages may. */
function answerFrame(res: ServerResponse): void {
  const hash = createHash("sha256").update(frameScript).digest("base64");
  res.setHeader("Content-Security-Policy", `default-src 'none'; script-src 'self' 'sha256-${hash}'; connect-src 'self'; frame-ancestors 'self'`);
  res.writeHead(200, { "Content-Type": "text/html; charset=UTF-8" });
  res.end(`<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>SockJS</title>\n<script src="sockjs.min.js"></script>\n<script>${frameScript}</script>\n</head>\n<body></body>\n</html>\n`);
}

async function answerScript(res: ServerResponse): Promise<void> {
  const script = await readFile(createRequire(import.meta.url).resolve("sockjs-client/dist/sockjs.min.js"));
  res.setHeader("Cache-Control", "public, max-age=86400");
  res.writeHead(200, { "Content-Type": "text/javascript; charset=UTF-8", "Content-Length": script.length }).end(script);
}

/** Errors: `too_large`; what comes after it is left for the gateway to read and forget. */
function readBody(req: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= mostBytes) return;
      stop();
      req.pause();
      reject(new DomainError("too_large", `The body may have at most ${mostBytes} bytes.`));
    };
    const onEnd = (): void => {
      stop();
      resolve(Buffer.concat(chunks));
    };
    const onClose = (): void => reject(new DomainError("bad_request", "The body broke off."));
    const stop = (): void => void req.off("data", onData).off("end", onEnd).off("close", onClose);
    req.on("data", onData).once("end", onEnd).once("close", onClose);
  });
}
