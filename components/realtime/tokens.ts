import type { Grant } from "#protocol/http.ts";
import type { User } from "#protocol/objects.ts";

import { CommandError } from "./command-error.ts";
import { post } from "./http.ts";
import { oneAtATime } from "./tab-lock.ts";

/** Where a client gets its access tokens from. Errors are CommandErrors: `unauthenticated` means that nobody is signed in. */
export type TokenSource = {
  /** Who this browser was when it was here last, known without asking anybody. */
  known?: () => User | null;
  /** The token to use now. */
  current: () => Promise<Grant>;
  /** Another one, because the server refused the current one or it is about to end. */
  renew: () => Promise<Grant>;
};

const storageKey = "xiaoer.guest";
const dayMs = 86_400_000;

type Saved = Grant & { savedAt: number };

/**
 * A customer's tokens: the one kept in this browser, refreshed once a day; a new guest where none is. Only the
 * server's refusal makes a new guest, never this browser's clock. `origin` is for pages of other hosts.
 */
export function customerTokens({ locale, origin = "" }: { locale?: string; origin?: string } = {}): TokenSource {
  let memory: Saved | null = null;

  function save(grant: Grant): Grant {
    memory = { ...grant, savedAt: Date.now() };
    writeSaved(memory);
    return grant;
  }

  async function refresh(token: string): Promise<Grant | null> {
    try {
      return save(await post<Grant>(`${origin}/api/v1/auth/refresh`, { token }));
    } catch (error) {
      if (error instanceof CommandError && error.code === "unauthenticated") return null;
      throw error;
    }
  }

  async function makeGuest(): Promise<Grant> {
    return save(await post<Grant>(`${origin}/api/v1/auth/guest`, { body: locale === undefined ? {} : { locale } }));
  }

  /* Two tabs that open together must become one guest: one at a time, and each looks again first. */
  const alone = (work: () => Promise<Grant>) => oneAtATime(storageKey, work);

  return {
    known: () => readSaved()?.user ?? null,
    async current() {
      const saved = readSaved() ?? memory;
      if (saved !== null && Date.now() - saved.savedAt < dayMs && saved.savedAt <= Date.now()) return saved;
      return alone(async () => {
        const known = readSaved() ?? memory;
        if (known === null) return makeGuest();
        if (known.token !== saved?.token) return known;
        /* Refreshing is good housekeeping; without an answer the old one still serves. */
        const fresh = await refresh(known.token).catch(() => known);
        return fresh ?? makeGuest();
      });
    },
    async renew() {
      const refused = (readSaved() ?? memory)?.token;
      return alone(async () => {
        const known = readSaved() ?? memory;
        if (known !== null && known.token !== refused) return known;
        return (known === null ? null : await refresh(known.token)) ?? makeGuest();
      });
    },
  };
}

/** Staff tokens: each is bought with the cookie of the sign-in. `unauthenticated`: sign in again. */
export function staffTokens({ origin = "" }: { origin?: string } = {}): TokenSource {
  let grant: Grant | null = null;
  const renew = async () => {
    const fresh = await post<Grant>(`${origin}/api/v1/auth/token`, {});
    grant = fresh;
    return fresh;
  };
  return {
    known: () => grant?.user ?? null,
    current: async () => (grant !== null && Date.parse(grant.expiresAt) - Date.now() > 60_000 ? grant : renew()),
    renew,
  };
}

function storage(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

function readSaved(): Saved | null {
  try {
    const saved: Saved | null = JSON.parse(storage()?.getItem(storageKey) ?? "null");
    return saved !== null && typeof saved.token === "string" && typeof saved.savedAt === "number" ? saved : null;
  } catch {
    return null;
  }
}

/* Storage may be full or forbidden: then the token lives as long as the page. */
function writeSaved(saved: Saved): void {
  try {
    storage()?.setItem(storageKey, JSON.stringify(saved));
  } catch {
    /* Kept in memory. */
  }
}
