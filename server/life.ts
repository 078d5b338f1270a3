import { type Config, config } from "./config.ts";
import { createLog, type Log } from "./log.ts";
import { codeOf, messageOf, StartError } from "./start-error.ts";

/** What the start of the server is given. */
export type Life = {
  readonly config: Config;
  readonly log: Log;
  /**
   * Registers what has to be done before the process ends. The steps are done one after the other, the last registered
   * first, also after a start that failed halfway. `hurry` is aborted by a second signal.
   */
  atEnd(name: string, step: (hurry: AbortSignal) => Promise<void>): void;
};

type Step = { readonly name: string; readonly run: (hurry: AbortSignal) => Promise<void> };

/** The longest that one step may take; a supervisor kills after 35 s. */
const stepLimitMs = 25_000;
/** Ctrl-C reaches npm and us, and npm hands it on: what follows at once is the same signal. */
const sameSignalMs = 1_000;

/**
 * Runs the server from its start to its end. A start that fails is one line on standard error and exit 1.
 * SIGINT, SIGTERM and SIGHUP end it in order with exit 0; a second one makes it hurry, a third one leaves at once.
 * An error that nobody caught is logged and ends it in order with exit 1.
 */
export async function live(begin: (life: Life) => Promise<void>): Promise<void> {
  const steps: Step[] = [];
  const hurry = new AbortController();
  let settled: Promise<void> = Promise.resolve();
  let ending = false;
  let log: Log | null = null;

  const end = async (code: number) => {
    if (ending) return;
    ending = true;
    await within(settled, stepLimitMs);
    for (const step of steps.splice(0).reverse()) await take(step, hurry.signal, log);
    process.exit(code);
  };

  listen({
    onSignal: (signal, times) => {
      if (times > 2) process.exit(1);
      if (times > 1) hurry.abort();
      else log?.info({ signal }, "stopping");
      void end(0);
    },
    onError: (error) => {
      log?.fatal({ err: error }, "an error was not caught; stopping");
      void end(1);
    },
  });

  try {
    const settings = config();
    const own = createLog({ level: settings.logLevel, pretty: process.stdout.isTTY });
    log = own;
    const beginning = begin({ config: settings, log: own, atEnd: (name, run) => void steps.push({ name, run }) });
    settled = beginning.catch(() => undefined);
    await beginning;
  } catch (error) {
    process.stderr.write(`xiaoer: ${explain(error)}\n`);
    await end(1);
  }
}

/** Answers the one line for a start that failed. What nobody foresaw comes with its stack. */
export function explain(error: unknown): string {
  if (error instanceof StartError) return error.message;
  const code = codeOf(error);
  const [host, port] = [fieldOf(error, "address"), fieldOf(error, "port")];
  if (code === "EADDRINUSE") return `PORT is ${port}, which another program uses already; stop that one or set PORT to a free one`;
  if (code === "EACCES" && fieldOf(error, "syscall") === "listen") return `PORT is ${port}, which this user may not listen on; expected one above 1023`;
  if (code === "EADDRNOTAVAIL") return `HOST is "${host}", which is no address of this machine; expected one such as 127.0.0.1 or 0.0.0.0`;
  if (code === "ENOTFOUND" && fieldOf(error, "syscall") === "getaddrinfo") return `HOST is "${fieldOf(error, "hostname")}", which cannot be found; expected an address of this machine`;
  if (code === "ENOSPC") return "the disk is full";
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return `${fieldOf(error, "path")} cannot be used by this user (${code})`;
  return error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error);
}

function fieldOf(error: unknown, name: string): string {
  return error instanceof Error ? String(Reflect.get(error, name) ?? "") : "";
}

type Listeners = { onSignal: (signal: string, times: number) => void; onError: (error: unknown) => void };

function listen({ onSignal, onError }: Listeners): void {
  let times = 0;
  let last = -Infinity;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - last < sameSignalMs) return;
      last = now;
      onSignal(signal, ++times);
    });
  }
  const heard = (error: unknown) => {
    // The terminal is gone and cannot be written to; its SIGHUP ends us, and more writing would only fail again.
    if (codeOf(error) === "EIO" || codeOf(error) === "EPIPE") return;
    onError(error);
  };
  process.on("uncaughtException", heard);
  process.on("unhandledRejection", heard);
}

async function take({ name, run }: Step, hurry: AbortSignal, log: Log | null): Promise<void> {
  const begun = performance.now();
  const work = run(hurry).catch((error: unknown) => log?.error({ err: error, step: name }, "a step of stopping failed"));
  const done = await within(work, stepLimitMs);
  const ms = Math.round(performance.now() - begun);
  if (done) log?.info({ step: name, ms }, "stopped");
  else log?.error({ step: name, ms }, "a step of stopping took too long and was left");
}

async function within(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((done) => {
    timer = setTimeout(() => done(false), limitMs);
  });
  const done = await Promise.race([work.then(() => true), limit]);
  clearTimeout(timer);
  return done;
}
