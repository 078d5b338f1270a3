import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

import { passClientAddress } from "#server/auth/client-address.ts";
import type { Config } from "#server/config.ts";

/** What only Next itself may say to itself, and what only a proxy of ours may say to us. */
const internal = /^(?:x-middleware-|x-invoke-|x-nextjs-(?!data$)|x-now-|x-matched-path$|x-next-|x-forwarded-|forwarded$|x-real-ip$|content-security-policy)/;

/**
 * Prepares a request for the pages: takes away what strangers must not say to Next, and sets the headers that every
 * page carries. Next finds the policy on the request and gives its own scripts the nonce, so that no other inline
 * script runs.
 */
export function prepareForPages(config: Config, req: IncomingMessage, res: ServerResponse): void {
  for (const name of Object.keys(req.headers)) if (internal.test(name)) delete req.headers[name];
  passClientAddress(config, req);
  req.headers["x-forwarded-proto"] = config.secure ? "https" : "http";
  const policy = contentSecurityPolicy(config, randomBytes(16).toString("base64"));
  req.headers["content-security-policy"] = policy;
  res.setHeader("Content-Security-Policy", policy);
  res.setHeader("X-Content-Type-Options", "nosniff");
  res.setHeader("X-Frame-Options", "DENY");
  res.setHeader("Referrer-Policy", "strict-origin-when-cross-origin");
  res.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  res.setHeader("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()");
  if (config.secure) res.setHeader("Strict-Transport-Security", "max-age=31536000");
}

/* Pictures are shown from memory before they are sent (blob:) and as a blur before they are loaded (data:). */
function contentSecurityPolicy({ production, publicUrl }: Config, nonce: string): string {
  // Development evaluates the code that it reloads.
  const scripts = `script-src 'self' 'nonce-${nonce}'${production ? "" : " 'unsafe-eval'"}`;
  return [
    "default-src 'self'",
    scripts,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self' data:",
    "media-src 'self' blob: data:",
    // Older browsers do not count a socket to the same host as 'self'.
    `connect-src 'self' ${publicUrl.replace(/^http/, "ws")}`,
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
