import type { Node } from "#server/chat/node.ts";

/** What a load balancer asks for: everything that keeps this node from serving; empty: it serves. */
export type Readiness = () => Promise<readonly Failure[]>;
type Failure = "draining" | "database";

const limitMs = 2_000;
/** However often it is asked, the database is not asked more often than this. */
const freshMs = 1_000;

export function createReadiness(node: Node): Readiness {
  let asked = -Infinity;
  let answer: Promise<boolean> = Promise.resolve(true);

  return async () => {
    const now = performance.now();
    if (now - asked >= freshMs) {
      asked = now;
      answer = answers(node);
    }
    const database = await answer;
    return [...(node.draining ? ["draining" as const] : []), ...(database ? [] : ["database" as const])];
  };
}

async function answers({ database, log }: Node): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const question = database.pool.query("select 1").then(
    () => true,
    (error: unknown) => {
      log.debug({ err: error }, "the database did not answer the readiness check");
      return false;
    },
  );
  const reached = await Promise.race([question, limit]);
  clearTimeout(timer);
  return reached;
}
