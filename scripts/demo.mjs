// Fills in a shop to look at: npm run demo [-- --password <for the agents>] [-- --besides]
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { build as bundle } from "esbuild";
import { build } from "./lib/build-steps.mjs";

const root = resolve(import.meta.dirname, "..");
process.env.NODE_ENV = "production";
if (existsSync(join(root, ".env"))) process.loadEnvFile(join(root, ".env"));

await build(["client"]);
await bundle({
  absWorkingDir: root,
  entryPoints: { demo: "prisma/seed.ts" },
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  packages: "external",
  logLevel: "error",
});
await import("../dist/demo.js");
