import { hkdfSync, randomBytes } from "node:crypto";
import { chmod, link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Config, ConfigError } from "#server/config.ts";

/** What a key is for. No key serves two purposes, so a token of one kind never passes for another. */
export const purposes = ["access", "file", "gateway", "ticket", "cookie", "bus", "answer", "webhook"] as const;
export type Purpose = (typeof purposes)[number];

/** The keys of one installation. */
export type Secrets = {
  /** 32 bytes. */
  key(purpose: Purpose): Uint8Array;
  /** What host sites sign identities with: the bytes of the secret as it is written. */
  readonly site: Uint8Array;
  /** The key of the web session's cookie, as next-auth takes it. */
  readonly cookie: string;
};

type Source = Pick<Config, "authSecret" | "siteSecret" | "dataDir">;

/**
 * Takes the secrets from the settings, or from DATA_DIR, where they are made on the first start (mode 0600).
 * Throws a ConfigError when a secret file is damaged.
 */
export async function loadSecrets(config: Source): Promise<Secrets> {
  const folder = join(config.dataDir, "secrets");
  const [auth, site] = await Promise.all([
    config.authSecret ?? secretFile(folder, "auth-secret"),
    config.siteSecret ?? secretFile(folder, "site-secret"),
  ]);
  return deriveSecrets(auth, site);
}

/** Derives one key per purpose from the one secret (HKDF-SHA256). */
export function deriveSecrets(auth: string, site: string): Secrets {
  const keys = new Map(purposes.map((purpose) => [purpose, derive(auth, purpose)]));
  return {
    key(purpose) {
      return keys.get(purpose) ?? derive(auth, purpose);
    },
    site: new TextEncoder().encode(site),
    cookie: Buffer.from(derive(auth, "cookie")).toString("base64url"),
  };
}

function derive(secret: string, purpose: Purpose): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "xiaoer", `xiaoer/${purpose}/v1`, 32));
}

async function secretFile(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  return (await readSecretFile(path)) ?? makeSecretFile(folder, path);
}

async function readSecretFile(path: string): Promise<string | null> {
  const content = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  });
  if (content === null) return null;
  const secret = content.trim();
  if (Buffer.byteLength(secret) < 32) {
    throw new ConfigError(`${path} has ${Buffer.byteLength(secret)} bytes; expected a secret of at least 32, or no file so that one is made`);
  }
  await chmod(path, 0o600);
  return secret;
}

/** Whole or not at all: another start at the same moment either makes the file first, and ours is dropped, or finds ours. */
async function makeSecretFile(folder: string, path: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(6).toString("hex")}`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(`${randomBytes(48).toString("base64url")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  const secret = await readSecretFile(path);
  if (secret === null) throw new ConfigError(`${path} cannot be kept; expected a folder that this process may write to`);
  return secret;
}
