import { randomInt } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { remember } from "#server/runtime.ts";
import { createTurns, type Turns } from "./turns.ts";

/** argon2id (the package's default) with OWASP's parameters: about 15 ms and 19 MiB each. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Without letters and digits that are taken for each other. */
const alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** The one queue of this process for work on passwords: two at a time, as there are two cores to share with messages. */
export function passwordTurns(): Turns {
  return remember("password-turns", () => createTurns({ atOnce: 2, mostWaiting: 100 }));
}

/** Answers the hash to store. Errors: `unavailable` when too many wait. */
export function hashPassword(password: string): Promise<string> {
  return passwordTurns().run(() => hash(password, cost));
}

/**
 * Whether this is the password. Call it in a turn. Where there is no hash, because there is no such account, the work
 * is the same and the answer is no: time does not tell who exists.
 */
export async function matchesPassword(stored: string | null, password: string): Promise<boolean> {
  const against = stored ?? await remember("password-nobody", () => hash(makePassword(), cost));
  const matches = await verify(against, password);
  return matches && stored !== null;
}

/** Makes a password of 92 random bits. */
export function makePassword(): string {
  return Array.from({ length: 16 }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}
