import { join } from "node:path";
import { type Account, runCommand } from "./command.ts";
import { replaceFile } from "./replace-file.ts";

/** What settings are made for. */
type Target = {
  readonly place: string;
  readonly run: string;
  readonly note: { readonly port: number };
};

/** A socket's path must fit into 104 bytes on some systems. */
const longestSocket = 100;

/** Answers the folder of the Unix socket, or null when its path would be too long and only TCP is left. */
export function socketFolder({ run, note }: Pick<Target, "run" | "note">): string | null {
  return Buffer.byteLength(join(run, `.s.PGSQL.${note.port}`)) <= longestSocket ? run : null;
}

/**
 * Writes the settings for the next start, for a machine with two cores that runs Xiaoer too. They lie beside the
 * cluster and not in it, where PostgreSQL's own user could put a link in root's way.
 */
export async function writeSettings(target: Target): Promise<void> {
  const socket = socketFolder(target);
  const settings: Record<string, string | number> = {
    port: target.note.port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: socket === null ? "" : `"${socket}"`,
    max_connections: 60,
    password_encryption: "scram-sha-256",
    // An acknowledged message is on disk.
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    shared_buffers: "128MB",
    effective_cache_size: "512MB",
    wal_buffers: "16MB",
    max_wal_size: "1GB",
    checkpoint_timeout: "15min",
    random_page_cost: "1.1",
    // Short statements: compiling or sharing them among processes costs more than it gains.
    jit: "off",
    max_parallel_workers_per_gather: 0,
    io_method: "sync",
    client_connection_check_interval: "5s",
    timezone: "UTC",
    log_timezone: "UTC",
    // Statements and rows are what people wrote to each other; the log has neither.
    log_min_messages: "error",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_checkpoints: "off",
    cluster_name: "xiaoer",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`);
  const content = `# Written by Xiaoer at each start. Your own settings go into custom.conf, beside this file.\n${lines.join("\n")}\ninclude_if_exists = 'custom.conf'\n`;
  await replaceFile(join(target.place, "settings.conf"), content, 0o640);
}

/** Makes a new cluster read those settings. The path is relative, so that the whole place may be moved. */
export async function includeSettings(folder: string, account: Account): Promise<void> {
  await runCommand("/bin/sh", ["-c", `printf "include = '../settings.conf'\\n" > "$1/postgresql.conf"`, "sh", folder], { account });
}
