import { followEpoch } from "./epoch.ts";
import type { Node } from "./node.ts";
import { sweep } from "./sweep.ts";

/** How often the database is swept. */
const intervals = {
  /** The bus works: only what it loses unnoticed is left to be found. */
  calm: 10_000,
  /** It may have lost something. */
  degraded: 1_000,
  /** There is no bus; but another node may use the same database all the same. */
  alone: 2_000,
} as const;
const tickMs = 250;
/** A transaction that runs for longer keeps the sweep from passing it. */
const lateMs = 5_000;

/** Sweeps by the clock; answers what stops it and waits for the round under way. */
export function startSweeping(node: Node): () => Promise<void> {
  let running: Promise<void> | null = null;
  let sweptAt = performance.now();
  const watch = createSweepWatch(node);

  async function round(): Promise<void> {
    try {
      await followEpoch(node);
      watch.saw(await sweep(node));
      await node.waiters.refresh(node);
      await node.notices.refresh(node);
    } catch (error) {
      watch.failed(error);
    }
  }

  const timer = setInterval(() => {
    if (running !== null || performance.now() - sweptAt < intervalOf(node) - tickMs / 2) return;
    sweptAt = performance.now();
    running = round().finally(() => {
      running = null;
    });
  }, tickMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

function intervalOf({ config, bus }: Node): number {
  if (config.redisUrl === null) return intervals.alone;
  return bus.health() === "ok" ? intervals.calm : intervals.degraded;
}

/** Says in the log, once each, what the sweeps show. */
function createSweepWatch({ config, bus, log }: Node) {
  let failing = false;
  let findings = 0;
  let edge = 0;
  let movedAt = performance.now();
  let late = false;

  return {
    failed(error: unknown): void {
      if (!failing) log.warn({ err: error }, "the database cannot be swept for what the other nodes stored; it is tried again");
      failing = true;
    },
    saw({ page, messages }: Awaited<ReturnType<typeof sweep>>): void {
      failing = false;
      noticeOthers(messages);
      noticeLateness(page);
    },
  };

  /* Once may be a commit whose answer was lost; twice is somebody else. */
  function noticeOthers(messages: number): void {
    const unheard = config.redisUrl === null || (bus.hears() && bus.peers().length === 0);
    if (messages === 0 || !unheard) return;
    findings += 1;
    if (findings !== 2) return;
    const advice = config.redisUrl === null ? "set REDIS_URL, the same on all servers" : "give all servers the same REDIS_URL and AUTH_SECRET";
    log.warn(`another server stores messages in this database and is not heard. They are shown here some seconds late: ${advice}, so that they come at once and everybody sees who is online`);
  }

  function noticeLateness(page: { edge: number; top: number }): void {
    const now = performance.now();
    if (page.edge !== edge || page.edge === page.top) {
      edge = page.edge;
      movedAt = now;
      late = false;
    } else if (!late && now - movedAt > lateMs) {
      late = true;
      log.warn({ transaction: page.edge }, "a transaction has been open for over 5 s; what the bus loses meanwhile is found when it ends");
    }
  }
}
