import type { Platform } from "#server/platform.ts";

type Needs = Pick<Platform, "database" | "storage" | "log">;
type Keys = { fileKey: string; thumbKey: string | null };

/** How long an upload may wait for its message, and a file for its row. */
const dayMs = 86_400_000;
const batch = 200;

const unused = `
delete from "Attachment" where id in (
  select id from "Attachment" where "messageId" is null and "createdAt" < clock_timestamp() - interval '24 hours'
   limit ${batch} for update skip locked)
returning "fileKey", "thumbKey"`;

/* "Message_rev_idx" finds what was ever changed; only few of those were recalled. */
const recalled = `
delete from "Attachment" where id in (
  select a.id from "Message" m join "Attachment" a on a."messageId" = m.id
   where m.rev is not null and m."recalledAt" is not null
   limit ${batch} for update of a skip locked)
returning "fileKey", "thumbKey"`;

/**
 * Removes what nobody can see any more: uploads that were not sent within a day, pictures of recalled messages, and
 * files without a row, which a crash in the middle of an upload leaves behind. Runs on any number of nodes at once;
 * every few hours is enough. Errors: `unavailable`.
 */
export async function sweepAttachments(platform: Needs): Promise<{ rows: number; files: number }> {
  const rows = (await sweepRows(platform, unused)) + (await sweepRows(platform, recalled));
  const files = await sweepFiles(platform);
  if (rows + files > 0) platform.log.info({ rows, files }, "swept attachments that nobody can see");
  return { rows, files };
}

/** A crash between the two deletions leaves files without a row, for the next time. */
async function sweepRows({ database, storage }: Needs, statement: string): Promise<number> {
  let swept = 0;
  for (;;) {
    const { rows } = await database.pool.query<Keys>(statement);
    await storage.remove(rows.flatMap(({ fileKey, thumbKey }) => (thumbKey === null ? [fileKey] : [fileKey, thumbKey])));
    swept += rows.length;
    if (rows.length < batch) return swept;
  }
}

async function sweepFiles(platform: Needs): Promise<number> {
  let swept = 0;
  let old: string[] = [];
  for await (const { key, storedAt } of platform.storage.list()) {
    if (Date.now() - storedAt.getTime() < dayMs) continue;
    old.push(key);
    if (old.length < batch) continue;
    swept += await removeStrays(platform, old);
    old = [];
  }
  return swept + (await removeStrays(platform, old));
}

/** A key begins with the id of its attachment, so that looking it up is cheap. */
async function removeStrays({ database, storage }: Needs, keys: readonly string[]): Promise<number> {
  const { rows } = await database.pool.query<{ id: string }>(`select id from "Attachment" where id = any($1::uuid[])`, [keys.map(idOf)]);
  const known = new Set(rows.map(({ id }) => id));
  const strays = keys.filter((key) => !known.has(idOf(key)));
  await storage.remove(strays);
  return strays.length;
}

function idOf(key: string): string {
  return key.slice(0, 36);
}
