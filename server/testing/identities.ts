import { decodeJwt, SignJWT } from "jose";
import { encode } from "next-auth/jwt";

import type { Grant } from "#protocol/http.ts";
import { identify } from "#server/auth/identify.ts";
import { sessionCookieName, webSession } from "#server/auth/session-cookie.ts";

import type { TestNode } from "./node.ts";

/** A customer whom the host site knows under this id. */
export async function makeCustomer({ node }: TestNode, externalId: string, name = "Lin"): Promise<Grant> {
  const identity = await new SignJWT({ sub: externalId, name }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h").sign(node.secrets.site);
  return (await identify(node, { identity, token: null }, { address: "127.0.0.1" })).grant;
}

/** The `Cookie` header of a browser in which this user has signed in to our pages. */
export async function sessionCookie({ node }: TestNode, { token }: Pick<Grant, "token">): Promise<string> {
  const { sub, role, sid, ver } = webSession.parse(decodeJwt(token));
  return `${sessionCookieName(node.config)}=${await encode({ token: { sub, role, sid, ver }, secret: node.secrets.cookie })}`;
}
