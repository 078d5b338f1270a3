// Runs a TypeScript program of this repository: node scripts/run.mjs bench/main.ts [arguments]
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { register } from "tsx/esm/api";
import { build } from "./lib/build-steps.mjs";

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("usage: node scripts/run.mjs <file.ts> [arguments]\n");
  process.exit(2);
}
await build(["client"]);
const path = resolve(file);
process.argv = [process.execPath, path, ...rest];
register();
await import(pathToFileURL(path).href);
