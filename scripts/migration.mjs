// Writes the SQL for what was changed in prisma/schema.prisma: node scripts/migration.mjs add-rank
import { mkdirSync, mkdtempSync, chmodSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { register } from "tsx/esm/api";
import { compare, openSchemaEngine } from "./lib/schema-engine.mjs";

const root = resolve(import.meta.dirname, "..");
const migrations = join(root, "prisma", "migrations");
const name = process.argv[2];
if (name === undefined || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
  process.stderr.write("usage: node scripts/migration.mjs <what-it-does>\n");
  process.exit(2);
}

register();
const { startEmbedded } = await import("../server/database/embedded.ts");
const { createLog } = await import("../server/log.ts");

const dataDir = mkdtempSync(join(tmpdir(), "xiaoer-"));
chmodSync(dataDir, 0o711);
const embedded = await startEmbedded({ dataDir, log: createLog({ level: "error", pretty: true }) });
try {
  const engine = await openSchemaEngine(embedded.adminUrl);
  const script = await compare(engine, migrations);
  if (script === "") {
    console.log("The migrations and the schema agree; nothing to write.");
  } else {
    const folder = join(migrations, `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}_${name.replaceAll("-", "_")}`);
    mkdirSync(folder);
    writeFileSync(join(folder, "migration.sql"), `${script}\n`);
    console.log(`${script}\n\nWritten to ${folder}. Read it: what Prisma cannot express must stay, and columns are dropped without asking.`);
  }
} finally {
  await embedded.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
process.exit(0);
