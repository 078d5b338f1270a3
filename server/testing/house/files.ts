import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";

const root = resolve(import.meta.dirname, "../../..");

/** What is made by tools, and what is no source. */
const left = new Set([
  ".git", ".next", ".prisma", "node_modules", "dist", "data", "test-results", "playwright-report", "prisma/generated",
  "next-env.d.ts",
]);

/** One source file of the repository; `path` is relative to its root, with forward slashes. */
export type SourceFile = { readonly path: string; readonly text: string };

/** Reads every TypeScript, JavaScript and CSS file of the repository. */
export async function readSources(): Promise<SourceFile[]> {
  const paths = await walk(root);
  const code = paths.filter((path) => /\.(?:ts|tsx|mts|js|mjs|css)$/u.test(path));
  return Promise.all(code.map(async (path) => ({ path, text: await readFile(join(root, path), "utf8") })));
}

/** Reads one file of the repository. */
export function readRootFile(path: string): Promise<string> {
  return readFile(join(root, path), "utf8");
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(entries.map(async (entry) => {
    const path = relative(root, join(folder, entry.name)).replaceAll(sep, "/");
    if (left.has(path) || left.has(entry.name)) return [];
    return entry.isDirectory() ? walk(join(folder, entry.name)) : [path];
  }));
  return found.flat();
}
