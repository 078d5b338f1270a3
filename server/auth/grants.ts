import type { Grant, StaffUser } from "#protocol/http.ts";
import type { Role, User } from "#protocol/objects.ts";
import type { Secrets } from "./secrets.ts";
import type { SignIn } from "./sign-ins.ts";
import { signToken, tokenLifetimes } from "./tokens.ts";

/** The fields of a user that go over the wire, besides those that a token needs. */
export const grantedFields = { id: true, role: true, name: true, avatarUrl: true, guest: true, externalId: true, version: true } as const;
export type GrantedUser = User & { version: number };

export const staffFields = { id: true, role: true, name: true, avatarUrl: true, email: true, disabled: true, externalId: true } as const;
type StaffRow = Omit<StaffUser, "role" | "email"> & { role: Role; email: string | null };

/** Makes the access token of a sign-in. It never outlives the sign-in. */
export async function makeGrant(secrets: Secrets, signIn: SignIn, { version, ...user }: GrantedUser): Promise<Grant> {
  const longest = Date.now() + tokenLifetimes[user.role === "customer" ? "customer" : "staff"] * 1_000;
  // Whole seconds, as in the token.
  const expiresAt = new Date(Math.floor(Math.min(longest, signIn.expiresAt.getTime()) / 1_000) * 1_000);
  const claims = { sub: user.id, role: user.role, sid: signIn.id, ver: version };
  const token = await signToken(secrets, "access", { claims, expiresAt });
  return { token, expiresAt: expiresAt.toISOString(), user };
}

/** A member of staff as admins see it. */
export function presentStaff({ role, email, ...row }: StaffRow): StaffUser {
  return { ...row, role: role === "admin" ? "admin" : "agent", email: email ?? "" };
}
