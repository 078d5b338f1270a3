import { spawn } from "node:child_process";
import { codeOf } from "#server/start-error.ts";

/** The system user that a program runs as; null: the one we run as. */
export type Account = { readonly uid: number; readonly gid: number } | null;

type CommandOptions = {
  readonly account?: Account;
  readonly limitMs?: number;
};

/** How a program ended. `code` is null when it could not be started or was ended by a signal. */
export type Outcome = { readonly code: number | null; readonly output: string };

/**
 * Runs a program to its end and answers how it ended; never throws.
 * It gets a bare environment: PGPORT, LC_ALL and the like of our caller must not change what PostgreSQL does.
 */
export function runCommand(file: string, args: readonly string[], { account = null, limitMs = 60_000 }: CommandOptions = {}): Promise<Outcome> {
  return new Promise((done) => {
    const output: Buffer[] = [];
    const program = spawn(file, args, {
      cwd: "/",
      // NODE_ENV only because the types that Next adds demand it.
      env: { NODE_ENV: "production", PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: limitMs,
      killSignal: "SIGKILL",
      uid: account?.uid,
      gid: account?.gid,
    });
    program.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    program.stderr.on("data", (chunk: Buffer) => output.push(chunk));
    program.on("error", (error) => done({ code: null, output: codeOf(error) ?? error.message }));
    program.on("close", (code) => done({ code, output: Buffer.concat(output).toString().trim() }));
  });
}
