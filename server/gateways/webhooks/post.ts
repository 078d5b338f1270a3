import { lookup as lookUp, type LookupAddress } from "node:dns";
import { type ClientRequest, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { isIP, type LookupFunction } from "node:net";

import { CallRefused, type Post } from "#server/chat/webhook-worker.ts";
import type { Place } from "#server/public-address.ts";

/** From the look-up of the name to the end of the answer. */
const limitMs = 5_000;
/** An endpoint has nothing to say to us; more than this is none. */
const longestAnswer = 1024 * 1024;

/**
 * Makes what sends a webhook. The address is checked where it counts: on what the name was resolved to, which is then
 * what the socket connects to, so no second answer of a name server can lead elsewhere. No redirects, no proxies, no
 * connection kept: each one is checked.
 */
export function createPost(mayCall: (place: Place) => boolean): Post {
  return async ({ url: text, headers, body }) => {
    const url = new URL(text);
    const port = Number(url.port === "" ? (url.protocol === "https:" ? 443 : 80) : url.port);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    // An address is never looked up, so it is checked here.
    if (!mayCall({ address: isIP(host) === 0 ? null : host, port })) throw new CallRefused();
    const send = url.protocol === "https:" ? requestSecure : requestPlain;
    const req = send(url, {
      method: "POST",
      agent: false,
      headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
      lookup: checkedLookup((address) => mayCall({ address, port })),
      maxHeaderSize: 16_384,
      signal: AbortSignal.timeout(limitMs),
    });
    req.once("socket", (socket) => socket.once("connect", () => {
      if (!mayCall({ address: socket.remoteAddress ?? "", port })) req.destroy(new CallRefused());
    }));
    req.end(body);
    const res = await answerOf(req);
    await readToEnd(res);
    return { status: res.statusCode ?? 0 };
  };
}

/* One address that may not be called is enough: who names it beside a public one has no good reason. */
function checkedLookup(mayCall: (address: string) => boolean): LookupFunction {
  return (hostname, options, done) => {
    lookUp(hostname, { ...options, all: true }, (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => {
      const [first] = found ?? [];
      if (error !== null || first === undefined) done(error ?? new Error("no address"), "");
      else if (!found.every(({ address }) => mayCall(address))) done(new CallRefused(), "");
      else if (options.all === true) done(null, found);
      else done(null, first.address, first.family);
    });
  };
}

function answerOf(req: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    req.once("response", resolve);
    req.on("error", reject);
  });
}

function readToEnd(res: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    let size = 0;
    res.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > longestAnswer) res.destroy(new Error("the answer is longer than 1 MB"));
    });
    res.once("end", resolve);
    res.once("error", reject);
    res.once("close", () => reject(new Error("the answer broke off")));
  });
}
