/**
 * Gathers the keys that are asked for in one turn of the event loop into one look-up, so that ten
 * thousand people who come back at once are a few hundred queries.
 */
export type BatchLoader<Key, Value> = { load(key: Key): Promise<Value> };

type Waiting<Value> = { resolve: (value: Value) => void; reject: (error: unknown) => void };

const largest = 500;

/** `find` answers a map; `missing` stands for keys that it does not hold. */
export function createBatchLoader<Key, Value>(find: (keys: Key[]) => Promise<Map<Key, Value>>, missing: Value): BatchLoader<Key, Value> {
  let waiting = new Map<Key, Waiting<Value>[]>();

  async function run(batch: Map<Key, Waiting<Value>[]>): Promise<void> {
    try {
      const found = await find([...batch.keys()]);
      for (const [key, list] of batch) for (const one of list) one.resolve(found.get(key) ?? missing);
    } catch (error) {
      for (const list of batch.values()) for (const one of list) one.reject(error);
    }
  }

  function flush(): void {
    const batch = waiting;
    waiting = new Map();
    if (batch.size > 0) void run(batch);
  }

  return {
    load(key) {
      return new Promise((resolve, reject) => {
        if (waiting.size === 0) setImmediate(flush);
        const list = waiting.get(key) ?? [];
        waiting.set(key, [...list, { resolve, reject }]);
        if (waiting.size >= largest) flush();
      });
    },
  };
}
