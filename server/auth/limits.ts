import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { limits as numbers } from "#protocol/limits.ts";
import type { Bus } from "#server/bus.ts";
import { DomainError } from "#server/errors.ts";
import type { Platform } from "#server/platform.ts";
import { openRedis, type RedisLink } from "#server/redis.ts";
import { createSharedLimiter, hashKey, type Limiter, shareSpending, type Spending, type Window } from "./cluster-limits.ts";
import { ofNode } from "./shared-state.ts";

/** How much of what is allowed in which time (SECURITY.md section 6). Where there are several windows, all hold. */
const windows = {
  customerSend: [{ points: 20, seconds: 10 }, { points: 100, seconds: 60 }],
  agentSend: [{ points: 60, seconds: 10 }, { points: 300, seconds: 60 }],
  typing: [{ points: 2, seconds: 1 }],
  sync: [{ points: 20, seconds: 10 }],
  heartbeat: [{ points: 5, seconds: 1 }],
  urge: [{ points: 1, seconds: numbers.urgeMs / 1000 }],
  handshakeUser: [{ points: 10, seconds: 60 }],
  handshakeIp: [{ points: 60, seconds: 60 }],
  /** Failures only. */
  loginIp: [{ points: 5, seconds: 300 }],
  /** Failures of one address with one account. */
  loginAccountIp: [{ points: 10, seconds: 900 }],
  /** Failures with one account from anywhere: beyond it each attempt is slowed, none is refused. */
  loginAccount: [{ points: 10, seconds: 900 }],
  uploadCount: [{ points: 60, seconds: 3_600 }],
  uploadBytes: [{ points: 200 * 1024 * 1024, seconds: 86_400 }],
  /** A whole office, school or mobile network may stand behind one address. */
  guestIp: [{ points: 300, seconds: 3_600 }],
  newConversation: [{ points: 6, seconds: 43_200 }],
  newConversationIp: [{ points: 30, seconds: 43_200 }],
  /** Every command that has no limit of its own. */
  command: [{ points: 100, seconds: 10 }],
  profile: [{ points: 60, seconds: 3_600 }],
} as const satisfies Record<string, readonly Window[]>;

/** Part of how a command behaves, and no matter of load: it holds for everyone. */
const rules: ReadonlySet<string> = new Set(["urge"] satisfies (keyof typeof windows)[]);

export type LimitName = keyof typeof windows;

/** Rare or long: counted in Redis, where there is one, for all nodes together. */
const shared: ReadonlySet<string> = new Set([
  "urge", "handshakeUser", "handshakeIp", "loginIp", "loginAccountIp", "loginAccount", "uploadCount", "uploadBytes", "guestIp",
  "newConversation", "newConversationIp", "profile",
] satisfies LimitName[]);
/** On the hot path: counted in memory, and told to the other nodes. */
const told: ReadonlySet<string> = new Set(["customerSend", "agentSend"] satisfies LimitName[]);

/** Whose limit it is, and from where the request comes: exempt addresses have no limits. */
export type LimitSubject = { readonly key: string; readonly address: string; readonly points?: number };

/** The rate limits of one node. */
export type Limits = {
  /** Takes points (1 unless given). Errors: `rate_limited`. */
  consume(name: LimitName, subject: LimitSubject): Promise<void>;
  /** Errors: `rate_limited` when nothing is left; takes nothing. */
  check(name: LimitName, subject: LimitSubject): Promise<void>;
  /** Takes points without ever refusing. */
  count(name: LimitName, subject: LimitSubject): Promise<void>;
  /** How many points are taken in the first window. */
  spent(name: LimitName, subject: LimitSubject): Promise<number>;
  /** Whether RATE_LIMIT_EXEMPT names this address. */
  isExempt(address: string): boolean;
  close(): void;
};

/** What a node has in common with others: its bus, a connection to Redis, and where its counts stand there. */
export type Others = { readonly bus: Bus; readonly link: RedisLink; readonly prefix: string };

/** The limits of this node, the same for its gateways, its pages and its route handlers. */
export function limitsOf(platform: Pick<Platform, "bus" | "config" | "log" | "secrets">): Limits {
  return ofNode(platform, "limits", () => {
    const { bus, config, log, secrets } = platform;
    const isExempt = rememberAnswers((address) => config.rateLimitExempt.includes(address));
    if (config.redisUrl === null) return createLimits(isExempt);
    const installation = hashKey(Buffer.from(secrets.key("bus")).toString("hex"));
    return createLimits(isExempt, { bus, link: openRedis(config.redisUrl, log), prefix: `xiaoer:${installation}:limits` });
  });
}

/** Makes limits that are counted in memory: about 0.5 µs for a send with its two windows. With others, they hold for all nodes. */
export function createLimits(isExempt: (address: string) => boolean, others: Others | null = null): Limits {
  const limiters = new Map(Object.entries(windows).map(([name, list]) => [name, list.map((window, n) => createLimiter(`${name}:${n}`, window))]));
  const of = (name: string): readonly Limiter[] => limiters.get(name) ?? [];
  const keyOf = (name: LimitName, key: string): string => (others !== null && shared.has(name) ? hashKey(key) : key);
  const spending: Spending | null = others === null ? null : shareSpending(others.bus, (name, key, points) => {
    if (told.has(name)) for (const limiter of of(name)) void limiter.penalty(key, points);
  });

  function createLimiter(name: string, window: Window): Limiter {
    const [limit = ""] = name.split(":");
    if (others !== null && shared.has(limit)) return createSharedLimiter(others.link, `${others.prefix}:${name}`, window);
    return new RateLimiterMemory({ points: window.points, duration: window.seconds });
  }

  return {
    isExempt,
    async consume(name, { key, address, points = 1 }) {
      if (isExempt(address) && !rules.has(name)) return;
      for (const limiter of of(name)) await limiter.consume(keyOf(name, key), points).catch(refuse);
      if (spending !== null && told.has(name)) spending.note(name, key, points);
    },
    async check(name, { key, address }) {
      if (isExempt(address)) return;
      for (const limiter of of(name)) {
        const state = await limiter.get(keyOf(name, key));
        if (state !== null && state.consumedPoints >= limiter.points) refuse(state);
      }
    },
    async count(name, { key, address, points = 1 }) {
      if (isExempt(address)) return;
      for (const limiter of of(name)) await limiter.penalty(keyOf(name, key), points);
    },
    async spent(name, { key }) {
      return (await of(name)[0]?.get(keyOf(name, key)))?.consumedPoints ?? 0;
    },
    close: () => others?.link.close(),
  };
}

/* The list is asked with every command: a look into a map is cheaper than parsing the address again. */
function rememberAnswers(ask: (address: string) => boolean): (address: string) => boolean {
  const answers = new Map<string, boolean>();
  return (address) => {
    const known = answers.get(address);
    if (known !== undefined) return known;
    if (answers.size >= 10_000) answers.clear();
    const answer = ask(address);
    answers.set(address, answer);
    return answer;
  };
}

function refuse(reason: unknown): never {
  if (!(reason instanceof RateLimiterRes)) throw reason;
  const retryAfterMs = Math.max(1, Math.ceil(reason.msBeforeNext));
  throw new DomainError("rate_limited", `Too many requests. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`, { retryAfterMs });
}
