import type { IncomingMessage } from "node:http";
import { decode } from "next-auth/jwt";
import * as z from "zod/mini";
import { id, role } from "#protocol/objects.ts";
import type { Config } from "#server/config.ts";
import type { Platform } from "#server/platform.ts";
import { findIdentity, type Identity } from "./identity.ts";
import { cookiesCount } from "./origin.ts";

/** What the web session says; next-auth encrypts it into a cookie. */
export const webSession = z.object({ sub: id, role, sid: id, ver: z.int(), exp: z.number() });

const mostChunks = 5;
const longest = 16_384;

/** Over https a name that only this very host can set. Longer values come in chunks: `name.0`, `name.1` … */
export function sessionCookieName({ secure }: Pick<Config, "secure">): string {
  return `${secure ? "__Host-" : ""}next-auth.session-token`;
}

/**
 * Answers who a request's cookie stands for, or null: no cookie, a sign-in that has ended, or a request that no page
 * of ours sent. Input never makes it throw, but an origin that is not listed is `forbidden`, and a database that does
 * not answer `unavailable`.
 */
export async function identityFromCookie(
  platform: Pick<Platform, "bus" | "config" | "database" | "secrets">,
  req: Pick<IncomingMessage, "headersDistinct" | "method" | "url">,
): Promise<Identity | null> {
  if (!cookiesCount(platform.config, req)) return null;
  return identityFromCookies(platform, parseCookies(req.headersDistinct["cookie"] ?? []));
}

/** As `identityFromCookie`, of cookies that are known to come from one of our own pages. */
export async function identityFromCookies(
  platform: Pick<Platform, "bus" | "config" | "database" | "secrets">,
  cookies: ReadonlyMap<string, string>,
): Promise<Identity | null> {
  const value = joinChunks(cookies, sessionCookieName(platform.config));
  if (value === "" || value.length > longest) return null;
  // Whatever cannot be decrypted is no session of ours.
  const payload = await decode({ token: value, secret: platform.secrets.cookie }).catch(() => null);
  const session = z.safeParse(webSession, payload);
  if (!session.success) return null;
  return findIdentity(platform, session.data, { via: "cookie", expiresAt: new Date(session.data.exp * 1_000) });
}

function joinChunks(cookies: ReadonlyMap<string, string>, name: string): string {
  const whole = cookies.get(name);
  if (whole !== undefined) return whole;
  const chunks: string[] = [];
  for (let number = 0; number < mostChunks; number += 1) {
    const chunk = cookies.get(`${name}.${number}`);
    if (chunk === undefined) break;
    chunks.push(chunk);
  }
  return chunks.join("");
}

/** The first of a name counts, as with browsers the most specific one stands first. The value is base64url: never encoded. */
function parseCookies(headers: readonly string[]): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of headers.join(";").split(";")) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim());
  }
  return cookies;
}
