import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "#server/database/postmaster.ts";
import { atEnd } from "./clean-up.ts";

/** A real Redis that a test may hurt. */
export type TestRedis = {
  readonly url: string;
  readonly port: number;
  /** Leaves connections open and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends it at once, as a crash does. */
  stop(): Promise<void>;
};

/** Starts a Redis without persistence, ended after the last test of the file; with `port` where another one was. */
export async function startRedis({ port, password }: { port?: number; password?: string } = {}): Promise<TestRedis> {
  const chosen = port ?? await freePort();
  const folder = await mkdtemp(join(tmpdir(), "xiaoer-redis-"));
  const args = ["--port", String(chosen), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", folder, ...(password === undefined ? [] : ["--requirepass", password])];
  const server = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(server, "exit");
  const stop = async (): Promise<void> => {
    server.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  atEnd(stop);
  const lines: string[] = [];
  for await (const line of createInterface(server.stdout)) {
    lines.push(line);
    if (line.includes("Ready to accept connections")) break;
  }
  if (server.exitCode !== null) throw new Error(`redis-server ended:\n${lines.join("\n")}`);
  server.stdout.resume();
  return {
    url: `redis://127.0.0.1:${String(chosen)}`,
    port: chosen,
    pause: () => void server.kill("SIGSTOP"),
    resume: () => void server.kill("SIGCONT"),
    stop,
  };
}
