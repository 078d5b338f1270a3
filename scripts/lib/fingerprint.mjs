import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "dist", "stamps");

/** Answers one hash over the content of files and folders, tests and what is made from sources left out. */
export function fingerprint(paths) {
  const hash = createHash("sha256").update(process.version.split(".")[0]);
  for (const file of paths.flatMap((path) => filesIn(join(root, path))).sort()) {
    hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** Answers whether `name` was made from just these inputs. */
export function isCurrent(name, print) {
  const stamp = join(folder, name);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === print;
}

/** Says that `name` is being made: until setCurrent, it counts as not made. */
export function setStale(name) {
  rmSync(join(folder, name), { force: true });
}

/** Says that `name` was made from these inputs. */
export function setCurrent(name, print) {
  mkdirSync(folder, { recursive: true });
  const stamp = join(folder, name);
  writeFileSync(`${stamp}.${process.pid}`, print);
  renameSync(`${stamp}.${process.pid}`, stamp);
}

function filesIn(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === "generated" || entry.name === "testing" ? [] : filesIn(join(path, entry.name));
    return /\.test\.tsx?$/.test(entry.name) || entry.name.startsWith(".") ? [] : [join(path, entry.name)];
  });
}
