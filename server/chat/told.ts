/**
 * Which transactions this node has told its sessions of, so that the sweep of the database tells them of
 * the others alone, and nothing twice. A transaction is told of as a whole, by one delivery: one number per
 * batch of messages is all that is kept of it, and only until the sweep has passed it.
 */
export type Told = {
  /** Notes a transaction down; false when it was told of before. */
  add(xid: number): boolean;
  has(xid: number): boolean;
  /** Those above the edge. */
  list(): number[];
  /** Where the sweep stands: whatever is below was told of. */
  readonly edge: number;
  pass(edge: number): void;
  /** The database is another one: transactions are counted anew. */
  restart(edge: number): void;
};

/** Beyond this, while a long transaction keeps the sweep from passing, the oldest are forgotten and told of twice. */
const capacity = 50_000;

/** `edge`: the oldest transaction that was still running when this node began. */
export function createTold(start: number): Told {
  const above = new Set<number>();
  let edge = start;

  return {
    add(xid) {
      if (xid < edge || above.has(xid)) return false;
      above.add(xid);
      if (above.size > capacity) {
        const [oldest] = above;
        if (oldest !== undefined) above.delete(oldest);
      }
      return true;
    },
    has: (xid) => xid < edge || above.has(xid),
    list: () => [...above],
    get edge() {
      return edge;
    },
    pass(next) {
      edge = Math.max(edge, next);
      for (const xid of above) if (xid < edge) above.delete(xid);
    },
    restart(next) {
      edge = next;
      above.clear();
    },
  };
}
