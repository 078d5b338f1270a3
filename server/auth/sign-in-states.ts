import type { Role } from "#protocol/objects.ts";
import type { Database } from "#server/database/client.ts";
import { DomainError } from "#server/errors.ts";
import type { Platform } from "#server/platform.ts";
import { ofNode } from "./shared-state.ts";

/** A sign-in and its user, as the database has them. */
export type SignInState = {
  signInId: string;
  expiresAt: Date;
  endedAt: Date | null;
  userId: string;
  role: Role;
  name: string;
  avatarUrl: string | null;
  guest: boolean;
  externalId: string | null;
  locale: string;
  version: number;
  disabled: boolean;
  mergedIntoId: string | null;
};

/** Why someone who was let in must go. */
export type RevocationReason = "revoked" | "role_changed" | "expired" | "merged";

/** Reads of sign-ins that may be up to 2 s old. */
export type SignInStates = {
  find(signInId: string): Promise<SignInState | null>;
  /** Makes the next read of this sign-in, or of all of them, ask the database. */
  drop(signInId: string | null): void;
};

/**
 * With a check of the live sessions every 2 s, no answer from here outlives a revocation by more than 4 s, even for a
 * connection that is accepted between two checks (promise P16: 5 s).
 */
const maxAgeMs = 2_000;
const maxEntries = 20_000;
const maxPerQuery = 1_000;
/** A database that did not answer for so long is not asked again for those who have waited meanwhile. */
const hangsMs = 1_000;

/** The reads of this node: a storm of reconnects becomes a few queries, one after the other. */
export function signInStates(platform: Pick<Platform, "bus" | "database">): SignInStates {
  return ofNode(platform, "sign-in-states", () => createSignInStates((ids) => loadSignInStates(platform.database, ids)));
}

/** Reads sign-ins of the database; those that do not exist are left out. */
export async function loadSignInStates({ pool }: Pick<Database, "pool">, ids: readonly string[]): Promise<SignInState[]> {
  try {
    const { rows } = await pool.query<SignInState>({ name: "load-sign-in-states", text: select, values: [ids] });
    return rows;
  } catch (cause) {
    throw new DomainError("unavailable", "The database cannot be asked who this is. Try again.", { cause });
  }
}

/** Answers null while the sign-in holds for whoever was let in as `was`. */
export function findReasonToLeave(
  was: { userId: string; version: number; role: Role },
  now: SignInState | null,
): RevocationReason | null {
  if (now === null || now.userId !== was.userId) return "revoked";
  if (now.mergedIntoId !== null) return "merged";
  if (now.role !== was.role) return "role_changed";
  if (now.disabled || now.endedAt !== null || now.version !== was.version) return "revoked";
  return now.expiresAt.getTime() <= Date.now() ? "expired" : null;
}

/** Makes the cached reads over `load`, which answers the sign-ins that exist, in any order. */
export function createSignInStates(load: (ids: readonly string[]) => Promise<SignInState[]>): SignInStates {
  type Waiting = { id: string; resolve: (state: SignInState | null) => void; reject: (error: unknown) => void };
  const entries = new Map<string, { readonly at: number; readonly state: Promise<SignInState | null> }>();
  const waiting: Waiting[] = [];
  let running = false;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, maxPerQuery);
      const begun = performance.now();
      try {
        const found = new Map((await load(batch.map(({ id }) => id))).map((state) => [state.signInId, state]));
        for (const { id, resolve } of batch) resolve(found.get(id) ?? null);
      } catch (error) {
        if (performance.now() - begun > hangsMs) batch.push(...waiting.splice(0));
        for (const { id, reject } of batch) {
          entries.delete(id);
          reject(error);
        }
      }
    }
    running = false;
  }

  function ask(id: string): Promise<SignInState | null> {
    return new Promise((resolve, reject) => {
      waiting.push({ id, resolve, reject });
      if (running) return;
      running = true;
      // Whoever else arrives in this turn of the event loop goes into the same query.
      setImmediate(() => void run());
    });
  }

  /** Entries stand in the order in which they were made, so the outdated ones come first. */
  function makeRoom(now: number): void {
    for (const [id, { at }] of entries) {
      if (now - at < maxAgeMs && entries.size < maxEntries) return;
      entries.delete(id);
    }
  }

  return {
    find(signInId) {
      const now = performance.now();
      const known = entries.get(signInId);
      if (known && now - known.at < maxAgeMs) return known.state;
      entries.delete(signInId);
      makeRoom(now);
      const state = ask(signInId);
      entries.set(signInId, { at: now, state });
      return state;
    },
    drop(signInId) {
      if (signInId === null) entries.clear();
      else entries.delete(signInId);
    },
  };
}

const select = `
  SELECT s.id AS "signInId", s."expiresAt", s."endedAt", u.id AS "userId", u.role, u.name, u."avatarUrl", u.guest,
         u."externalId", u.locale, u.version, u.disabled, u."mergedIntoId"
    FROM "SignIn" s JOIN "User" u ON u.id = s."userId"
   WHERE s.id = ANY($1::uuid[])`;
