import type { Pool } from "pg";

import { isRace, sqlState } from "#server/database/transaction.ts";
import { DomainError } from "#server/errors.ts";

import { appendMessages, type Placed } from "./append-messages.ts";
import type { Draft } from "./message-draft.ts";

/**
 * Group commit: whatever arrived while the last batch was in flight is the next batch, so that a busy
 * node pays for one COMMIT per batch and a quiet one waits for nobody.
 */
export type MessageWriter = {
  /** Stores the draft and tells `onCommitted` of its batch; null when the statement left it out. */
  write(draft: Draft): Promise<Placed | null>;
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>;
};

type Options = {
  readonly pool: Pool;
  /** Whether webhooks are to be told of messages. */
  readonly told: () => boolean;
  /** Called once per batch, after COMMIT and before any of its writers is answered. */
  readonly onCommitted: (placed: readonly Placed[]) => void;
};

type Waiting = { draft: Draft; since: number; resolve: (placed: Placed | null) => void; reject: (error: unknown) => void };

const batchSize = 200;
const batchesInFlight = 2;
/** From here on a batch of twice the size saves less than a tenth of the database's time (bench/, 2 cores). */
const worthwhile = 50;
const heldUpMs = 20;
/** More than these waiting means that the database does not keep up; then new ones are sent away. */
const queueSize = 5_000;
const attempts = 4;
/** A message that could not even be tried for so long is given back: its sender keeps it and tries again. */
const longestWaitMs = 1_600;
const lookMs = 250;

export function createMessageWriter({ pool, told, onCommitted }: Options): MessageWriter {
  const queue: Waiting[] = [];
  /* In a batch that still waits for a connection: nothing of them has left. */
  const unsent = new Set<Waiting>();
  /* A batch holds its conversations until it is committed: another one with the same would only wait for it, and all of its own with it. */
  const held = new Set<string>();
  const idlers: (() => void)[] = [];
  let inFlight = 0;
  let setOutAt = 0;
  let watch: NodeJS.Timeout | null = null;

  /* A database that hangs must not gather messages whose senders have long given up. */
  function refuseLate(): void {
    const limit = performance.now() - longestWaitMs;
    while (queue[0] !== undefined && queue[0].since < limit) queue.shift()?.reject(busy());
    for (const one of unsent) if (one.since < limit && unsent.delete(one)) one.reject(busy());
    if (queue.length > 0 || unsent.size > 0 || watch === null) return;
    clearInterval(watch);
    watch = null;
  }

  /*
   * A second batch sets out beside the first when that one is held up, or when enough are waiting that they cost
   * little more apiece than in a larger one: so the database works while this process reads and answers.
   */
  function maySetOut(): boolean {
    if (inFlight === 0 || queue.length >= worthwhile) return inFlight < batchesInFlight;
    return inFlight < batchesInFlight && performance.now() - setOutAt > heldUpMs;
  }

  function pump(): void {
    while (queue.length > 0 && maySetOut()) {
      const batch = takeBatch(queue, held);
      if (batch.length === 0) break;
      inFlight += 1;
      setOutAt = performance.now();
      for (const { draft } of batch) held.add(draft.conversationId);
      const timer = setTimeout(pump, heldUpMs + 1);
      void run(batch).finally(() => {
        clearTimeout(timer);
        inFlight -= 1;
        for (const { draft } of batch) held.delete(draft.conversationId);
        // In the next turn, so that whatever came in this one goes along.
        setImmediate(pump);
      });
    }
    if (inFlight === 0) for (const done of idlers.splice(0)) done();
  }

  /* A data error in one message must not fail its neighbours: halve the batch until it stands alone. */
  async function run(batch: readonly Waiting[]): Promise<void> {
    for (const one of batch) unsent.add(one);
    try {
      // Once there is a connection, whoever was not given back meanwhile goes.
      const placed = await appendWithRetry(pool, () => batch.filter((one) => unsent.delete(one)).map((one) => one.draft), told());
      onCommitted(placed);
      const byId = new Map(placed.map((one) => [one.draft.id, one]));
      for (const one of batch) one.resolve(byId.get(one.draft.id) ?? null);
    } catch (error) {
      if (batch.length > 1 && isDataError(error)) {
        const middle = Math.ceil(batch.length / 2);
        await run(batch.slice(0, middle));
        await run(batch.slice(middle));
      } else for (const one of batch) one.reject(error);
    } finally {
      for (const one of batch) unsent.delete(one);
    }
  }

  return {
    write(draft) {
      if (queue.length >= queueSize) return Promise.reject(busy());
      watch ??= setInterval(refuseLate, lookMs).unref();
      return new Promise((resolve, reject) => {
        queue.push({ draft, since: performance.now(), resolve, reject });
        if (queue.length === 1) setImmediate(pump);
      });
    },
    idle() {
      return inFlight === 0 && queue.length === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve));
    },
  };
}

function busy(): DomainError {
  return new DomainError("unavailable", "The server cannot store messages as fast as they come. Please send this one again.", { retryAfterMs: 2_000 });
}

/* What belongs to a held conversation waits, and a repeat within one batch waits for the next, where the first one is found. */
function takeBatch(queue: Waiting[], held: ReadonlySet<string>): Waiting[] {
  const batch: Waiting[] = [];
  const later: Waiting[] = [];
  const keys = new Set<string>();
  while (queue.length > 0 && batch.length < batchSize) {
    const one = queue.shift();
    if (one === undefined) break;
    const key = `${one.draft.senderId}/${one.draft.clientMsgId}`;
    if (keys.has(key) || held.has(one.draft.conversationId)) later.push(one);
    else {
      keys.add(key);
      batch.push(one);
    }
  }
  queue.unshift(...later);
  return batch;
}

async function appendWithRetry(pool: Pool, take: () => readonly Draft[], told: boolean): Promise<Placed[]> {
  let drafts: readonly Draft[] | null = null;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await onOneConnection(pool, () => (drafts ??= take()), told);
    } catch (error) {
      if (attempt === attempts || !isRace(error)) throw error;
    }
  }
}

/* Not `pool.query`, which throws its connection away when a statement is refused, as a repeat that races is. */
async function onOneConnection(pool: Pool, take: () => readonly Draft[], told: boolean): Promise<Placed[]> {
  const client = await pool.connect();
  try {
    const drafts = take();
    const placed = drafts.length === 0 ? [] : await appendMessages(client, drafts, told);
    client.release();
    return placed;
  } catch (error) {
    // Only a connection whose state is unknown is of no further use.
    client.release(sqlState(error) === "" || !(error instanceof Error) ? true : undefined);
    throw error;
  }
}

function isDataError(error: unknown): boolean {
  const code = sqlState(error);
  return code.startsWith("22") || code.startsWith("23");
}
