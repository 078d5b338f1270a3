import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashPassword } from "#server/auth/passwords.ts";
import { deriveSecrets } from "#server/auth/secrets.ts";
import { createSingleNodeBus } from "#server/bus.ts";
import { parseConfig } from "#server/config.ts";
import { openDatabase } from "#server/database/client.ts";
import { createId } from "#server/ids.ts";
import { createLog } from "#server/log.ts";
import { createMetrics } from "#server/metrics.ts";
import type { Platform } from "#server/platform.ts";
import { openStorage } from "#server/storage/index.ts";
import { atEnd } from "./clean-up.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";

export const siteSecret = "a site secret that only tests know: 0123456789";

/** A platform for tests below the chat; several over the same database are nodes that cannot hear each other. */
export async function createTestPlatform(env: Record<string, string> = {}, database?: TestDatabase): Promise<Platform> {
  const config = parseConfig({ DATA_DIR: join(tmpdir(), `xiaoer-auth-${createId()}`), ...env });
  const log = createLog({ level: "silent", pretty: false });
  const opened = openDatabase({ url: (database ?? await createTestDatabase()).url, max: 4, log });
  atEnd(() => opened.close());
  return {
    id: createId(), config, log, metrics: createMetrics(), database: opened, bus: createSingleNodeBus(),
    storage: await openStorage(config, log), secrets: deriveSecrets("a secret that only tests know: 0123456789", siteSecret),
  };
}

/** Stores a member of staff whose password is `correct horse`. */
export async function addStaff({ database }: Platform, fields: { role?: "agent" | "admin"; email?: string; disabled?: boolean } = {}) {
  const id = createId();
  const { role = "agent", email = `${id}@shop.example`, disabled = false } = fields;
  const passwordHash = await hashPassword("correct horse");
  await database.prisma.user.create({ data: { id, role, name: "Ada", email, disabled, passwordHash } });
  return { id, email, role };
}
