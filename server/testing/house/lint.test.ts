import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import * as z from "zod/mini";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { broken, clean } from "./lint-fixtures.ts";

const root = resolve(import.meta.dirname, "../../..");
const report = z.object({ diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })) });

let folder: string;
let found: Map<string, string[]>;

// A folder of its own with the repository's settings: the overrides go by path, and no fixture disturbs the tree.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xiaoer-lint-"));
  for (const name of [".oxlintrc.json", "tsconfig.json"]) await cp(join(root, name), join(folder, name));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  await mkdir(join(folder, "scripts"));
  await symlink(join(root, "scripts/lib"), join(folder, "scripts/lib"));
  const fixtures = [...broken, ...clean];
  for (const [index, fixture] of fixtures.entries()) {
    const path = join(folder, place(index, fixture.path));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, fixture.source);
  }
  found = await lint(fixtures.map((fixture, index) => place(index, fixture.path)));
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function place(index: number, path: string): string {
  return path.replace("*", `fixture-${String(index)}`);
}

async function lint(paths: string[]): Promise<Map<string, string[]>> {
  const output = await new Promise<string>((done) => {
    const oxlint = join(root, "node_modules/oxlint/bin/oxlint");
    execFile(process.execPath, [oxlint, "--format=json", ...paths], { cwd: folder, maxBuffer: 2 ** 26 }, (_error, stdout) => done(stdout));
  });
  const codes = new Map<string, string[]>();
  for (const { filename, code } of report.parse(JSON.parse(output)).diagnostics) {
    codes.set(filename, [...(codes.get(filename) ?? []), code]);
  }
  return codes;
}

describe("the linter", () => {
  for (const [index, { title, rule, path }] of broken.entries()) {
    it(`refuses ${title}, by ${rule}`, () => {
      expect(found.get(place(index, path))).toContain(rule);
    });
  }

  for (const [index, { title, path }] of clean.entries()) {
    it(`allows ${title}`, () => {
      expect(found.get(place(broken.length + index, path)) ?? []).toEqual([]);
    });
  }
});
