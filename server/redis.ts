import { createClient } from "redis";

import type { Log } from "./log.ts";

/** A call to Redis may take this long. */
const limitMs = 300;
/** After so many failures in a row nothing is tried for a second: a Redis that hangs costs nobody anything. */
const failuresToOpen = 3;
const openMs = 1_000;

/** A connection to Redis that nothing depends on: it comes back by itself, and whatever fails is only told. */
export type RedisLink = {
  /** Resolves with the first connection, or with false when the link is closed before. */
  readonly connected: Promise<boolean>;
  /** Whether a call would be tried now. */
  isUsable(): boolean;
  /** Runs a command. Rejects after 300 ms, and at once when `isUsable` is false. */
  call<T>(command: (client: RedisClient) => Promise<T>): Promise<T>;
  /** Has `listener` called for what is published on a channel, also after the connection was lost and came back. */
  subscribe(channel: string, listener: (text: string) => void): Promise<void>;
  close(): void;
};

export type RedisClient = ReturnType<typeof makeClient>;

/** Begins to connect and goes on trying for ever. Never throws. */
export function openRedis(url: string, log: Log): RedisLink {
  const client = makeClient(url);
  // Without a listener, a lost connection would end this process. It is told of by whoever uses it.
  client.on("error", (error: unknown) => log.debug({ err: error }, "the connection to Redis failed"));
  const connected = client.connect().then(() => true, () => false);
  let failures = 0;
  let closedUntil = 0;

  function isUsable(): boolean {
    return client.isReady && performance.now() >= closedUntil;
  }

  function note(failed: boolean): void {
    failures = failed ? failures + 1 : 0;
    if (failures >= failuresToOpen) closedUntil = performance.now() + openMs;
  }

  return {
    connected,
    isUsable,
    call(command) {
      if (!isUsable()) return Promise.reject(new Error("Redis is not reached"));
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          note(true);
          reject(new Error(`Redis did not answer within ${limitMs} ms`));
        }, limitMs);
        command(client).then(
          (answer) => {
            clearTimeout(timer);
            note(false);
            resolve(answer);
          },
          (error: unknown) => {
            clearTimeout(timer);
            note(true);
            reject(error);
          },
        );
      });
    },
    async subscribe(channel, listener) {
      if (await connected) await client.subscribe(channel, listener);
    },
    close() {
      if (client.isOpen) client.destroy();
    },
  };
}

function makeClient(url: string) {
  return createClient({
    url,
    RESP: 2,
    disableClientInfo: true,
    maintNotifications: "disabled",
    // What cannot be sent now is not worth sending later, and must not pile up.
    disableOfflineQueue: true,
    commandsQueueMaxLength: 2_000,
    socket: {
      connectTimeout: 2_000,
      noDelay: true,
      reconnectStrategy: (retries) => Math.min(1_000, 50 * 2 ** Math.min(retries, 5)) + Math.floor(Math.random() * 100),
    },
  });
}
