import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Answers the folder that Xiaoer is installed in, from its sources and from the built `dist/` alike. */
export function installationRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "prisma", "migrations"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no prisma/migrations above ${import.meta.dirname}`);
    folder = parent;
  }
  return folder;
}
