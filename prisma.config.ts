import { defineConfig } from "prisma/config";

// The CLI fetches a schema engine from the network before every command, though `generate`, `validate` and `format`
// run in WebAssembly and never start it. Naming any executable keeps it from trying.
process.env["PRISMA_SCHEMA_ENGINE_BINARY"] ??= process.execPath;

export default defineConfig({ schema: "prisma/schema.prisma" });
