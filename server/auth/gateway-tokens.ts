import type { GatewayName } from "#protocol/gateways.ts";
import type { GatewayTokenBody } from "#protocol/http.ts";
import { DomainError } from "#server/errors.ts";
import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";
import { authenticate, findIdentity, type Identity } from "./identity.ts";
import { endSignIn } from "./sign-ins.ts";
import { spendTicket } from "./tickets.ts";
import { signToken, verifyToken } from "./tokens.ts";

type Needs = Pick<Platform, "bus" | "database" | "secrets">;

/** Seconds that a gateway token lives where its maker does not say. */
const usualLifeS = 86_400;

/**
 * Makes a token for clients that can only put it into the address; it counts on the gateways named and nowhere else. It
 * is a sign-in of its own, so that ending it, `logout` everywhere and everything that raises the user's version end it
 * like any other, on live connections too. Errors: `forbidden` for who shows anything but an access token or the cookie.
 */
export async function createGatewayToken(
  { database, secrets }: Needs,
  identity: Identity,
  { gateways, expiresInS = usualLifeS }: GatewayTokenBody,
): Promise<{ id: string; token: string; expiresAt: string }> {
  if (identity.via !== "access" && identity.via !== "cookie") throw new DomainError("forbidden", "A gateway token is made with an access token.");
  const id = createId();
  const expiresAt = new Date(Math.floor(Date.now() / 1_000 + expiresInS) * 1_000);
  await database.prisma.signIn.create({ data: { id, userId: identity.userId, expiresAt }, select: { id: true } });
  const claims = { sub: identity.userId, role: identity.role, sid: id, ver: identity.version, gateways: [...new Set(gateways)] };
  return { id, token: await signToken(secrets, "gateway", { claims, expiresAt }), expiresAt: expiresAt.toISOString() };
}

/** Ends a gateway token of one's own; its connections close within 5 s. Errors: `not_found`. */
export async function revokeGatewayToken(platform: Needs, { userId }: Identity, id: string): Promise<void> {
  const found = await platform.database.prisma.signIn.findFirst({ where: { id, userId, endedAt: null }, select: { id: true } });
  if (found === null) throw new DomainError("not_found", "There is no such gateway token of yours.");
  await endSignIn(platform, id);
}

/**
 * Answers who shows this token on a gateway of older clients: an access token, or a gateway token that names it.
 * Errors: `unauthenticated`, `unavailable`.
 */
export async function authenticateOnGateway(platform: Needs, gateway: GatewayName, token: string): Promise<Identity> {
  if (readType(token) !== "gateway") return authenticate(platform, token);
  const { claims, expiresAt } = await verifyToken(platform.secrets, "gateway", token);
  const identity = claims.gateways.includes(gateway) ? await findIdentity(platform, claims, { via: "gateway", expiresAt }) : null;
  if (identity === null) throw new DomainError("unauthenticated", "This gateway token has ended, or is for another gateway.");
  return identity;
}

/** As `authenticateOnGateway`, for tokens in an address: there a ticket counts too, once. */
export async function authenticateInUrl(platform: Needs, gateway: GatewayName, token: string): Promise<Identity> {
  return readType(token) === "ticket" ? spendTicket(platform, token) : authenticateOnGateway(platform, gateway, token);
}

/** What a token says it is; only decides by which key it is verified. */
function readType(token: string): unknown {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.slice(0, 4_096).split(".")[1] ?? "", "base64url").toString());
    return typeof payload === "object" && payload !== null && "typ" in payload ? payload.typ : null;
  } catch {
    return null;
  }
}
