import * as z from "zod/mini";
import { id } from "#protocol/objects.ts";
import type { Platform } from "#server/platform.ts";
import type { Identity } from "./identity.ts";
import { ofNode } from "./shared-state.ts";
import { findReasonToLeave, loadSignInStates, type RevocationReason, signInStates } from "./sign-in-states.ts";

/** Whose rights changed: all sign-ins of a user, or one. */
export type RevocationTarget = { userId: string } | { signInId: string };

/** What is known of someone who was let in. */
export type LiveIdentity = Pick<Identity, "userId" | "signInId" | "version" | "role">;

export type RevocationOptions = {
  /** Everyone connected to this node; repeats are fine. */
  readonly liveIdentities: () => Iterable<LiveIdentity>;
  /** Called once per sign-in (and version) that must go. Token expiry is the caller's own timer. */
  readonly onRevoked: (revoked: LiveIdentity & { reason: RevocationReason }) => void;
};

/** The watch over the live connections of one node. */
export type Revocation = {
  /** Compares every live identity with the database now. */
  check(): Promise<void>;
  close(): void;
};

type Needs = Pick<Platform, "bus" | "database" | "log">;

const periodMs = 2_000;
const topic = "auth:revoked";
const targetSchema = z.union([z.object({ userId: id }), z.object({ signInId: id })]);

/**
 * Compares the live identities with the database: every 2 s with one query for all of them, and at once for whom
 * `revoke` names, here or on another node. What the bus says makes us look; only while there is nothing to look at is it
 * believed, since a node of ours signed it.
 */
export function createRevocation(platform: Needs, { liveIdentities, onRevoked }: RevocationOptions): Revocation {
  const named: RevocationTarget[] = [];
  let checking: Promise<void> | null = null;
  let failing = false;

  function findLive(targets: readonly RevocationTarget[] | null): Map<string, LiveIdentity> {
    const live = new Map<string, LiveIdentity>();
    for (const { userId, signInId, version, role } of liveIdentities()) {
      const matches = targets === null || targets.some((target) => ("userId" in target ? target.userId === userId : target.signInId === signInId));
      if (matches) live.set(`${signInId} ${version} ${role}`, { userId, signInId, version, role });
    }
    return live;
  }

  async function compare(targets: readonly RevocationTarget[] | null): Promise<void> {
    const live = findLive(targets);
    if (live.size === 0) return;
    const ids = [...new Set([...live.values()].map(({ signInId }) => signInId))];
    const states = new Map((await loadSignInStates(platform.database, ids)).map((state) => [state.signInId, state]));
    for (const identity of live.values()) {
      const reason = findReasonToLeave(identity, states.get(identity.signInId) ?? null);
      if (reason !== null) onRevoked({ ...identity, reason });
    }
  }

  /** While the database is away nobody is sent off but whom another node names: the next round finds the others. */
  async function attempt(targets: readonly RevocationTarget[] | null): Promise<void> {
    try {
      await compare(targets);
      failing = false;
    } catch (error) {
      if (!failing) platform.log.warn({ err: error }, "live sign-ins cannot be checked");
      failing = true;
      if (targets !== null) for (const identity of findLive(targets).values()) onRevoked({ ...identity, reason: "revoked" });
    }
  }

  /** One comparison at a time; whoever was named meanwhile is looked at next. */
  function start(targets: readonly RevocationTarget[] | null): Promise<void> {
    checking ??= attempt(targets).then(() => {
      checking = null;
      if (named.length > 0) void start(named.splice(0));
    });
    return checking;
  }

  function look(target: RevocationTarget): void {
    forget(platform, target);
    named.push(target);
    // In the next turn, so that what is revoked together is looked up together.
    if (named.length === 1) setImmediate(() => void (checking === null && named.length > 0 && start(named.splice(0))));
  }

  const timer = setInterval(() => void start(null), periodMs).unref();
  const listeners = localListeners(platform);
  listeners.add(look);
  const unsubscribe = platform.bus.subscribe(topic, (payload) => {
    const target = z.safeParse(targetSchema, payload);
    if (target.success) look(target.data);
  });

  return {
    async check() {
      while (checking !== null) await checking;
      await start(null);
    },
    close() {
      clearInterval(timer);
      listeners.delete(look);
      unsubscribe();
    },
  };
}

/** Makes every node look at these live identities now. Call it after the change is committed. */
export function revoke(platform: Pick<Platform, "bus" | "database">, target: RevocationTarget): void {
  forget(platform, target);
  for (const look of localListeners(platform)) look(target);
  platform.bus.publish(topic, target);
}

function forget(platform: Pick<Platform, "bus" | "database">, target: RevocationTarget): void {
  signInStates(platform).drop("signInId" in target ? target.signInId : null);
}

function localListeners(platform: Pick<Platform, "bus">): Set<(target: RevocationTarget) => void> {
  return ofNode(platform, "revocation-listeners", () => new Set<(target: RevocationTarget) => void>());
}
