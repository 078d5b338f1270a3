import pg from "pg";
import { codeOf, messageOf, StartError } from "#server/start-error.ts";
import { connectionOptions } from "./client.ts";

const oldest = 15;
/** What installers write where nobody chose a password. */
const guessed: ReadonlySet<string> = new Set(["password", "postgres", "changeme", "secret", "admin", "root", "123456"]);
const thisMachine: ReadonlySet<string> = new Set(["", "localhost", "127.0.0.1", "::1", "[::1]"]);

/** Makes sure that the database of DATABASE_URL can be used; throws a StartError that says in one line why not. */
export async function checkDatabase(url: string): Promise<void> {
  refuseGuessed(url);
  const client = new pg.Client({ ...connectionOptions(url), connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; encoding: string; mayCreate: boolean }>(
      `select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding,
        has_schema_privilege(current_schema(), 'create') as "mayCreate"`,
    );
    refuseUnfit(nameOf(url), rows[0]);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`DATABASE_URL points to ${nameOf(url)}, ${meaningOf(error)}`, { cause: error });
  } finally {
    client.end().catch(() => undefined);
  }
}

/* Over the network the password is all that keeps others out. */
function refuseGuessed(url: string): void {
  const { hostname, password, searchParams } = new URL(url);
  const host = searchParams.get("host") ?? hostname;
  if (host.startsWith("/") || thisMachine.has(host) || !guessed.has(password.toLowerCase())) return;
  throw new StartError(`DATABASE_URL points to ${nameOf(url)}, with a password that anybody guesses; give that user another one`);
}

function refuseUnfit(name: string, found: { version: string; encoding: string; mayCreate: boolean } | undefined): void {
  const major = Math.floor(Number(found?.version) / 10_000);
  if (!(major >= oldest)) throw new StartError(`DATABASE_URL points to ${name}, which is PostgreSQL ${major}; expected ${oldest} or newer`);
  if (found?.encoding !== "UTF8") throw new StartError(`DATABASE_URL points to ${name}, whose encoding is ${found?.encoding}; expected a database made with encoding UTF8`);
  if (!found.mayCreate) throw new StartError(`DATABASE_URL points to ${name}, where this user may not create tables; expected the owner of the database`);
}

function meaningOf(error: unknown): string {
  const code = codeOf(error) ?? "";
  if (code === "28P01") return "which refuses the password";
  if (code.startsWith("28")) return `which refuses this user (${messageOf(error)})`;
  if (code === "3D000") return "where that database does not exist; create it first";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "a host that cannot be found";
  if (code === "53300") return "which has no connection left";
  if (code === "57P03") return `which is not ready (${messageOf(error)})`;
  return `which cannot be reached (${code || messageOf(error)}); expected a running PostgreSQL ${oldest} or newer`;
}

/** Host, port and name: what may be shown of the address. */
function nameOf(url: string): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  return `${searchParams.get("host") ?? hostname}:${port || 5432}${pathname}`;
}
