import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { atEnd } from "#server/testing/clean-up.ts";
import { deriveSecrets, loadSecrets, purposes } from "./secrets.ts";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "xiaoer-secrets-"));
  atEnd(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("makes both secrets once, readable by nobody else", async () => {
  const dataDir = join(await folder(), "data");
  const first = await loadSecrets({ authSecret: null, siteSecret: null, dataDir });
  const second = await loadSecrets({ authSecret: null, siteSecret: null, dataDir });
  expect(second.key("access")).toEqual(first.key("access"));
  expect(second.site).toEqual(first.site);
  expect((await readdir(join(dataDir, "secrets"))).sort()).toEqual(["auth-secret", "site-secret"]);
  for (const name of ["auth-secret", "site-secret"]) expect((await stat(join(dataDir, "secrets", name))).mode & 0o777).toBe(0o600);
});

test("starts at the same moment agree on the secrets", async () => {
  const dataDir = await folder();
  const all = await Promise.all(Array.from({ length: 20 }, () => loadSecrets({ authSecret: null, siteSecret: null, dataDir })));
  expect(new Set(all.map((secrets) => secrets.cookie)).size).toBe(1);
  expect(new Set(all.map((secrets) => Buffer.from(secrets.site).toString())).size).toBe(1);
  expect(await readdir(join(dataDir, "secrets"))).toHaveLength(2);
});

test("closes a secret file that others could read", async () => {
  const dataDir = await folder();
  const path = join(dataDir, "secrets", "auth-secret");
  await mkdir(join(dataDir, "secrets"));
  await writeFile(path, "x".repeat(20) + "abcdefghijklmnop");
  await chmod(path, 0o644);
  await loadSecrets({ authSecret: null, siteSecret: null, dataDir });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("S116: refuses a damaged secret file instead of signing with it", async () => {
  const dataDir = await folder();
  await mkdir(join(dataDir, "secrets"));
  await writeFile(join(dataDir, "secrets", "site-secret"), "short\n");
  await expect(loadSecrets({ authSecret: null, siteSecret: null, dataDir })).rejects.toMatchObject({ name: "ConfigError" });
});

test("takes the secrets of the settings and leaves no file", async () => {
  const dataDir = await folder();
  const authSecret = "0123456789abcdefghijklmnopqrstuvwxyz";
  const secrets = await loadSecrets({ authSecret, siteSecret: "zyxwvutsrqponmlkjihgfedcba9876543210", dataDir });
  expect(secrets.cookie).toBe(deriveSecrets(authSecret, "").cookie);
  expect(Buffer.from(secrets.site).toString()).toBe("zyxwvutsrqponmlkjihgfedcba9876543210");
  expect(await readdir(dataDir)).toEqual([]);
});

test("S116: gives each purpose a key of its own", () => {
  const secrets = deriveSecrets("0123456789abcdefghijklmnopqrstuvwxyz", "site");
  const keys = purposes.map((purpose) => Buffer.from(secrets.key(purpose)).toString("hex"));
  expect(new Set(keys).size).toBe(purposes.length);
  for (const key of keys) expect(key).toMatch(/^[\da-f]{64}$/);
});

test("keeps the secret itself out of the folder's other files", async () => {
  const dataDir = await folder();
  await loadSecrets({ authSecret: null, siteSecret: null, dataDir });
  const [auth, site] = await Promise.all(["auth-secret", "site-secret"].map((name) => readFile(join(dataDir, "secrets", name), "utf8")));
  expect(auth).not.toBe(site);
});
