import { cookies } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { currentPlatform } from "./current.ts";
import type { Identity } from "./identity.ts";
import { identityFromCookies } from "./session-cookie.ts";

/** Answers the member of staff whose browser asks for a page, as the database knows it now; null for everyone else. */
export async function currentStaff(): Promise<Identity | null> {
  const jar = await cookies();
  const identity = await identityFromCookies(currentPlatform(), new Map(jar.getAll().map(({ name, value }) => [name, value])));
  return identity === null || identity.role === "customer" ? null : identity;
}

/** Lets agents and admins see a page; others go to sign in and come back to `path`. */
export async function requireAgent(path: string): Promise<Identity> {
  return await currentStaff() ?? redirect(`/sign-in?callbackUrl=${encodeURIComponent(path)}`);
}

/** Lets admins see a page; agents learn that there is none. */
export async function requireAdmin(path: string): Promise<Identity> {
  const identity = await requireAgent(path);
  return identity.role === "admin" ? identity : notFound();
}
