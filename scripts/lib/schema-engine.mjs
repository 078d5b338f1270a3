// Prisma's schema engine in WebAssembly: compares schemas and reads migrations, without a download.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";

const root = resolve(import.meta.dirname, "../..");
const noFilter = { externalTables: [], externalEnums: [] };

/** PostgreSQL's numbers for the type "char", which its catalogue uses and the adapter does not know, and for text. */
const charType = 18;
const textType = 25;

/** Prisma's adapter, mended where it falls short of migrations. */
class Adapter extends PrismaPg {
  async connect() {
    return mend(await super.connect());
  }

  async connectToShadowDb() {
    return mend(await super.connectToShadowDb());
  }
}

function mend(connection) {
  // The original cuts scripts at each semicolon, also at those in comments and functions; PostgreSQL takes them whole.
  connection.executeScript = async (script) => void (await connection.underlyingDriver().query(script));
  const [perform, read] = [connection.performIO.bind(connection), connection.queryRaw.bind(connection)];
  const chars = new WeakMap();
  connection.performIO = async (query) => {
    const result = await perform(query);
    chars.set(result.rows, result.fields.map(({ dataTypeID }) => dataTypeID === charType));
    for (const field of result.fields) if (field.dataTypeID === charType) field.dataTypeID = textType;
    return result;
  };
  connection.queryRaw = async (query) => {
    const { columnTypes, ...answer } = await read(query);
    const isChar = chars.get(answer.rows) ?? [];
    return { ...answer, columnTypes: columnTypes.map((type, i) => (isChar[i] ? ColumnTypeEnum.Character : type)) };
  };
  return connection;
}

/** Loaded once: a second instance would share the first one's tables. */
let loaded;

/** Opens the engine over a database in which it may make others, to try migrations in. */
export async function openSchemaEngine(url) {
  const engine = await (loaded ??= loadEngine());
  const adapter = bindMigrationAwareSqlAdapterFactory(new Adapter({ connectionString: url, idleTimeoutMillis: 100 }));
  return engine.new({ datamodels: [["schema.prisma", readSchema()]] }, () => {}, adapter);
}

/** Answers the SQL that leads from the migrations to the schema; empty if they agree. */
export async function compare(engine, folder) {
  const { stdout } = await engine.diff({
    from: { tag: "migrations", ...listMigrations(folder) },
    to: { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content: readSchema() }] },
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: noFilter,
  });
  return stdout.trim() === "-- This is an empty migration." ? "" : stdout.trim();
}

/** Applies what `prisma migrate deploy` would; answers the names. */
export async function applyMigrations(engine, folder) {
  const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: listMigrations(folder), filters: noFilter });
  return appliedMigrationNames;
}

/** The bundler that Prisma means to load this file does so by itself; Node needs it done by hand. */
async function loadEngine() {
  const require = createRequire(import.meta.url);
  const wasmFile = join(require.resolve("@prisma/schema-engine-wasm"), "..", "schema_engine_bg.wasm");
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(wasmFile)), { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue.SchemaEngine;
}

function readSchema() {
  return readFileSync(join(root, "prisma", "schema.prisma"), "utf8");
}

function listMigrations(baseDir) {
  const lock = join(baseDir, "migration_lock.toml");
  const names = readdirSync(baseDir, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  return {
    baseDir,
    lockfile: { path: "migration_lock.toml", content: existsSync(lock) ? readFileSync(lock, "utf8") : null },
    shadowDbInitScript: "",
    migrationDirectories: names.map((path) => ({
      path,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: readFileSync(join(baseDir, path, "migration.sql"), "utf8") } },
    })),
  };
}
