import { parseArgs } from "node:util";
import * as z from "zod/mini";
import { makePassword } from "#server/auth/passwords.ts";
import { type Config, config } from "#server/config.ts";
import { openDatabase } from "#server/database/client.ts";
import { findEmbedded } from "#server/database/embedded.ts";
import { migrate } from "#server/database/migrate.ts";
import { prepare } from "#server/database/prepare.ts";
import { explain } from "#server/life.ts";
import { createLog, type Log } from "#server/log.ts";
import { openStorage } from "#server/storage/index.ts";
import { fillDemo, type Filled } from "./demo/fill.ts";
import { agents } from "./demo/people.ts";

/* `npm run demo [-- --password <for the agents>] [-- --besides]`: a shop to look at, in an installation that runs or not. */

const grant = z.object({ token: z.string() });

try {
  await run();
} catch (error) {
  process.stderr.write(`xiaoer: ${explain(error)}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { password: { type: "string" }, besides: { type: "boolean", default: false } } });
  const password = values.password ?? makePassword();
  const settings = config();
  const log = createLog({ level: "warn", pretty: process.stdout.isTTY });
  const { database, close } = await open(settings, log);
  try {
    const storage = await openStorage(settings, log);
    const filled = await fillDemo({ database, storage, log }, { password, besides: values.besides });
    const given = values.password !== undefined;
    const receives = filled.state !== "done" || (await announceWaiters(settings, password));
    process.stdout.write(report(settings, filled, { password, given, receives }));
    if (filled.state === "occupied") process.exitCode = 1;
  } finally {
    await close();
  }
}

/** The database of the server that runs, or our own start of it when none does. */
async function open(settings: Config, log: Log) {
  const url = settings.databaseUrl === null ? await findEmbedded(settings.dataDir) : null;
  if (url === null) return prepare(settings, log);
  await migrate({ url, log });
  const database = openDatabase({ url, log });
  return { database, close: () => database.close() };
}

/**
 * A server that runs learns who receives only from its own door. Answers whether it knows: it was told, or it is not
 * running and will read it when it starts.
 */
async function announceWaiters({ publicUrl }: Config, password: string): Promise<boolean> {
  const running = await ask(`${publicUrl}/livez`).catch(() => null);
  if (running === null) return true;
  try {
    for (const { email, receives } of Object.values(agents)) {
      if (!receives) continue;
      const { token } = z.parse(grant, await (await ask(`${publicUrl}/api/v1/auth/login`, { method: "POST", body: { email, password } })).json());
      await ask(`${publicUrl}/api/v1/waiters/me`, { method: "PUT", token });
      await ask(`${publicUrl}/api/v1/auth/logout`, { method: "POST", token, body: {} });
    }
    return true;
  } catch {
    return false;
  }
}

type Ask = { method?: string; token?: string; body?: object };

async function ask(url: string, { method = "GET", token, body }: Ask = {}): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

type Outcome = { password: string; given: boolean; receives: boolean };

function report({ publicUrl }: Config, filled: Filled, { password, given, receives }: Outcome): string {
  if (filled.state === "occupied") {
    return "There are conversations in this installation, and none of them is the demonstration's. To fill it in besides: npm run demo -- --besides\n";
  }
  const emails = Object.values(agents).map(({ name, email }) => `  ${email.padEnd(24)}${name}`);
  if (filled.state === "already") {
    const lines = ["The demonstration is filled in already; nothing was added. Its agents:", "", ...emails, "", `Look at ${publicUrl}/console (an admin can give an agent a new password: ${publicUrl}/admin/staff)`];
    return `${lines.join("\n")}\n`;
  }
  const { conversations, messages, pictures, notices } = filled;
  const lines = [
    `Filled in: ${conversations} conversations with ${messages} messages and ${pictures} pictures, ${notices} notices, and three agents:`,
    "", ...emails, "", `  Password of all three: ${password}${given ? "" : "   (shown only this once)"}`, "",
    ...(receives ? [] : ["The server that runs could not be told who receives: start it anew."]),
    `Look at ${publicUrl}/console`,
  ];
  return `${lines.join("\n")}\n`;
}
