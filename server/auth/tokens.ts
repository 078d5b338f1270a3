import { errors as joseErrors, jwtVerify, SignJWT } from "jose";
import * as z from "zod/mini";
import { id, type Role, role } from "#protocol/objects.ts";
import { DomainError } from "#server/errors.ts";
import type { Secrets } from "./secrets.ts";

/** The person of a token: `sid` is the sign-in, `ver` the user's version. */
type Person = { sub: string; role: Role; sid: string; ver: number };

/** What each kind of token says (CONTRACT.md section 2), besides `typ`, `iat` and `exp`. */
type ClaimsByType = {
  access: Person;
  /** `sub` is the attachment. */
  file: { sub: string };
  gateway: Person & { gateways: string[] };
  /** `until`: when the token that bought the ticket expires, in seconds since 1970. */
  ticket: Person & { jti: string; until: number };
};

export type TokenType = keyof ClaimsByType;
export type Claims<Type extends TokenType> = ClaimsByType[Type];

/** A verified token: its claims, and when it expires. */
export type VerifiedToken<Type extends TokenType> = { claims: Claims<Type>; expiresAt: Date };

const person = { sub: id, role, sid: id, ver: z.int() };
const schemas: { [Type in TokenType]: z.ZodMiniType<Claims<Type>> } = {
  access: z.object(person),
  file: z.object({ sub: id }),
  gateway: z.object({ ...person, gateways: z.array(z.string()) }),
  ticket: z.object({ ...person, jti: id, until: z.int() }),
};

/** No token of ours comes near it; longer ones are refused unread. */
const longest = 4_096;
/** Clocks of two nodes may differ by this many seconds. Expiry gets no such grace: our own clock set it. */
const skew = 60;

/** Longest life of each kind, in seconds, where nothing shorter is asked for. */
export const tokenLifetimes = { staff: 600, customer: 30 * 86_400, file: 300, ticket: 60 } as const;

/** Signs a token that lives `expiresAt` long; `iat` is now. */
export async function signToken<Type extends TokenType>(
  secrets: Secrets,
  type: Type,
  { claims, expiresAt }: VerifiedToken<Type>,
): Promise<string> {
  return new SignJWT({ ...claims, typ: type })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuedAt()
    .setExpirationTime(Math.floor(expiresAt.getTime() / 1000))
    .sign(await imported(secrets.key(type)));
}

/** Answers what a token of this kind says; anything else, whatever is wrong with it, is `unauthenticated`. */
export async function verifyToken<Type extends TokenType>(
  secrets: Secrets,
  type: Type,
  token: unknown,
): Promise<VerifiedToken<Type>> {
  const payload = await verifyJwt(token, { key: secrets.key(type), longest });
  const said = z.safeParse(schemas[type], payload);
  const expiresAt = new Date(payload.exp * 1000);
  if (payload["typ"] !== type || !said.success) throw refused();
  if (expiresAt.getTime() <= Date.now()) throw expired();
  return { claims: said.data, expiresAt };
}

/**
 * Verifies a JWT that must be HS256 under this very key and must expire; anything else is `unauthenticated`.
 * What its header says about keys is never followed.
 */
export async function verifyJwt(
  token: unknown,
  { key, longest: most }: { key: Uint8Array; longest: number },
): Promise<Record<string, unknown> & { exp: number }> {
  if (typeof token !== "string" || token.length > most || !isCompact(token)) throw refused();
  try {
    const { payload } = await jwtVerify(token, await imported(key), { algorithms: ["HS256"], clockTolerance: skew, requiredClaims: ["exp"] });
    if (payload.exp === undefined) throw refused();
    return { ...payload, exp: payload.exp };
  } catch (error) {
    if (error instanceof joseErrors.JWTExpired) throw expired();
    if (error instanceof joseErrors.JOSEError || error instanceof TypeError) throw refused();
    throw error;
  }
}

/** Made once per key: otherwise it is half of the work of each token. */
const keys = new WeakMap<Uint8Array, Promise<CryptoKey>>();

function imported(bytes: Uint8Array): Promise<CryptoKey> {
  const known = keys.get(bytes);
  if (known) return known;
  const key = crypto.subtle.importKey("raw", new Uint8Array(bytes), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  keys.set(bytes, key);
  return key;
}

/** Three parts of base64url; the signature in its one right spelling, as its last character has bits that do not count. */
function isCompact(token: string): boolean {
  const signature = /^[\w-]+\.[\w-]+\.([\w-]+)$/.exec(token)?.[1];
  return signature !== undefined && Buffer.from(signature, "base64url").toString("base64url") === signature;
}

function refused(): DomainError {
  return new DomainError("unauthenticated", "The token is missing, malformed or not ours.");
}

/** Said only of tokens that we signed. */
function expired(): DomainError {
  return new DomainError("unauthenticated", "The token has expired.", { details: { reason: "expired" } });
}
