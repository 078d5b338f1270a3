import type { Role } from "#protocol/objects.ts";
import { DomainError } from "#server/errors.ts";
import type { Platform } from "#server/platform.ts";
import { findReasonToLeave, type SignInState, signInStates } from "./sign-in-states.ts";
import { verifyToken } from "./tokens.ts";

/** Who asks. Fixed when a connection or a request is let in. */
export type Identity = {
  userId: string;
  role: Role;
  name: string;
  guest: boolean;
  externalId: string | null;
  avatarUrl: string | null;
  signInId: string;
  version: number;
  /** When what was shown (token, cookie) stops to count. */
  expiresAt: Date;
  via: "access" | "cookie" | "ticket" | "gateway" | "key";
  /** What an API key may do; null: everything that its role may. */
  scopes: readonly string[] | null;
  locale: string;
};

type Needs = Pick<Platform, "bus" | "database" | "secrets">;
/** What a token or cookie says about its bearer. */
type Said = { sub: string; role: Role; sid: string; ver: number };

/**
 * Answers who shows this access token. Whatever is wrong with it, or with the account, is `unauthenticated`;
 * a database that does not answer is `unavailable`. Where the token is ours, `details.reason` says whether it `expired`
 * or the sign-in `ended`. Changes of an account are seen within 2 s.
 */
export async function authenticate(platform: Needs, token: unknown): Promise<Identity> {
  const { claims, expiresAt } = await verifyToken(platform.secrets, "access", token);
  const identity = await findIdentity(platform, claims, { via: "access", expiresAt });
  if (identity === null) throw new DomainError("unauthenticated", "This sign-in has ended.", { details: { reason: "ended" } });
  return identity;
}

/** Answers who this is, or null when the sign-in no longer holds. */
export async function findIdentity(
  platform: Omit<Needs, "secrets">,
  said: Said,
  shown: Pick<Identity, "via" | "expiresAt">,
): Promise<Identity | null> {
  const state = await signInStates(platform).find(said.sid);
  const was = { userId: said.sub, version: said.ver, role: said.role };
  if (state === null || findReasonToLeave(was, state) !== null) return null;
  return toIdentity(state, shown);
}

/** Makes an identity of a sign-in that holds. */
export function toIdentity(state: SignInState, { via, expiresAt }: Pick<Identity, "via" | "expiresAt">): Identity {
  const { userId, role, name, guest, externalId, avatarUrl, signInId, version, locale } = state;
  return { userId, role, name, guest, externalId, avatarUrl, signInId, version, expiresAt, via, scopes: null, locale };
}
