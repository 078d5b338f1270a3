import { join } from "node:path";

import { createClient } from "redis";


import { type Program, startProgram, until } from "./processes.ts";
import { stablePort } from "./ports.ts";

/** A Redis that may be hurt, always at the same port. */
export type Redis = {
  readonly port: number;
  start(): Promise<void>;
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Runs one command. */
  command(...words: string[]): Promise<unknown>;
};

export async function openRedis(folder: string): Promise<Redis> {
  const port = await stablePort();
  let server: Program | null = null;

  async function command(...words: string[]): Promise<unknown> {
    const client = createClient({ url: `redis://127.0.0.1:${String(port)}`, RESP: 2, socket: { reconnectStrategy: false, connectTimeout: 1_000 } });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return await client.sendCommand(words);
    } finally {
      client.destroy();
    }
  }

  async function start(): Promise<void> {
    if (server?.running === true) return;
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
    server = startProgram("redis-server", args, { logFile: join(folder, "redis.log") });
    await until("Redis answers", () => command("PING").then(() => true, () => false));
  }

  await start();
  return {
    port,
    start,
    kill: async () => server?.end("SIGKILL"),
    pause: () => server?.signal("SIGSTOP"),
    resume: () => server?.signal("SIGCONT"),
    command,
  };
}
