import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { DomainError } from "#server/errors.ts";
import { installationRoot } from "#server/installation.ts";

import { type Route, served } from "./route.ts";

const html = "text/html; charset=utf-8";
const script = "text/javascript; charset=utf-8";

/** The files of the two pages that show STOMP at work, where the older system had its own. */
const files = new Map([
  ["index.html", html],
  ["admin.html", html],
  ["chat.js", script],
  ["chat.css", "text/css; charset=utf-8"],
  ["stomp.js", script],
]);

/* All of it from this origin. Older browsers do not count a socket to the same host as 'self'. */
const policyFor = (publicUrl: string): string => [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", `connect-src 'self' ${publicUrl.replace(/^http/, "ws")}`,
  "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join("; ");

/** The pages of examples/stomp and the library that they use. Errors: `not_found` where the gateway is off. */
export const stompPageRoutes: readonly Route[] = [...files].map(([name, type]) =>
  served(`GET /v1/${name}`, { operation: `getStompPage${name}`, summary: "Shows STOMP at work.", status: 200, media: type }, async ({ node }) => {
    if (!node.config.gateways.includes("stomp")) throw new DomainError("not_found", "There is nothing at this address.");
    return {
      status: 200,
      text: await readFile(placeOf(name), "utf8"),
      headers: { "Content-Type": type, "Content-Security-Policy": policyFor(node.config.publicUrl), "Cache-Control": "no-cache" },
    };
  }));

/** Whether a path belongs to these pages. */
export function isStompPage(path: string): boolean {
  return path.startsWith("/v1/") && files.has(path.slice("/v1/".length));
}

function placeOf(name: string): string {
  if (name === "stomp.js") return join(dirname(createRequire(import.meta.url).resolve("@stomp/stompjs")), "stomp.umd.min.js");
  return join(installationRoot(), "examples", "stomp", name);
}
