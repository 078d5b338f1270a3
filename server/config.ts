import { isIP } from "node:net";
import { resolve } from "node:path";
import { type GatewayName, gatewayNames } from "#protocol/gateways.ts";
import type { AddressList } from "./address-list.ts";
import {
  ConfigError, type Environment, readAddresses, readChoice, readList, readSecret, readSwitch, readText, readWhole,
  wrong, wrongSecret,
} from "./environment.ts";
import { remember } from "./runtime.ts";

export { ConfigError };

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where image bytes are kept. */
export type StorageConfig =
  | { readonly kind: "disk" }
  | {
      readonly kind: "s3";
      /** `https://host[:port]`, without a slash at the end. */
      readonly endpoint: string;
      readonly bucket: string;
      readonly key: string;
      readonly secret: string;
      readonly region: string;
    };

/** Every setting, parsed and checked. Where something is null, the server makes it, or goes without. */
export type Config = {
  /** 0: any free port (tests); see withPort. */
  readonly port: number;
  readonly host: string;
  /** The address for people, without a slash at the end. */
  readonly publicUrl: string;
  /** The public address is https: cookies are Secure and prefixed. */
  readonly secure: boolean;
  /** The exact values of `Origin` that may connect and call. */
  readonly origins: readonly string[];
  /** The exact values of `Host` that are ours, in lower case. */
  readonly hosts: readonly string[];
  /** The origin `null` may connect to the gateways of section 6, with a token in the URL. */
  readonly allowNullOrigin: boolean;
  readonly gateways: readonly GatewayName[];
  readonly openGateways: readonly GatewayName[];
  /** Further paths, each with the path whose gateway answers there. */
  readonly gatewayPaths: ReadonlyMap<string, string>;
  readonly httpGetSend: boolean;
  /** Absolute. */
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly storage: StorageConfig;
  readonly authSecret: string | null;
  readonly siteSecret: string | null;
  readonly adminEmail: string;
  readonly adminPassword: string | null;
  readonly trustProxy: AddressList;
  readonly rateLimitExempt: AddressList;
  readonly metricsToken: string | null;
  readonly logLevel: LogLevel;
  readonly production: boolean;
  /** What was set, kept for withPort. */
  readonly given: { readonly publicUrl: string | null; readonly origins: readonly string[] };
};

/** The settings of this process, parsed on the first call and not on import, so that a build needs none of them. */
export function config(): Config {
  return remember("config", () => parseConfig(process.env));
}

/**
 * Parses and checks the settings of CONTRACT.md section 7.
 * Throws a ConfigError with one line that names the variable, its value (unless secret) and what is expected.
 */
export function parseConfig(env: Environment, isRoot = process.getuid?.() === 0): Config {
  const given = { publicUrl: readPublicUrl(env), origins: readOrigins(env) };
  const host = readHost(env) ?? (given.publicUrl === null ? "127.0.0.1" : "0.0.0.0");
  const port = readWhole(env, "PORT", [0, 65_535]) ?? 3000;
  return {
    port,
    host,
    ...addresses(given, host, port),
    secure: given.publicUrl?.startsWith("https:") ?? false,
    allowNullOrigin: readList(env, "ALLOWED_ORIGINS").includes("null"),
    gateways: readGateways(env, "GATEWAYS") ?? gatewayNames,
    openGateways: readGateways(env, "OPEN_GATEWAYS") ?? [],
    gatewayPaths: readGatewayPaths(env),
    httpGetSend: readSwitch(env, "HTTP_GET_SEND"),
    dataDir: resolve(readText(env, "DATA_DIR") ?? (isRoot ? "/var/lib/xiaoer" : "data")),
    databaseUrl: readUrl(env, "DATABASE_URL", ["postgresql:", "postgres:"]),
    redisUrl: readUrl(env, "REDIS_URL", ["redis:", "rediss:"]),
    storage: readStorage(env),
    authSecret: readKey(env, "AUTH_SECRET"),
    siteSecret: readKey(env, "SITE_SECRET"),
    adminEmail: readEmail(env, "ADMIN_EMAIL") ?? "admin@localhost",
    adminPassword: readPassword(env, "ADMIN_PASSWORD"),
    trustProxy: readAddresses(env, "TRUST_PROXY"),
    rateLimitExempt: readAddresses(env, "RATE_LIMIT_EXEMPT"),
    metricsToken: readSecret(env, "METRICS_TOKEN"),
    logLevel: readChoice(env, "LOG_LEVEL", logLevels) ?? "info",
    production: env["NODE_ENV"] === "production",
    given,
  };
}

/** The same settings for the port that the system chose; its addresses follow unless PUBLIC_URL fixed them. */
export function withPort(before: Config, port: number): Config {
  return { ...before, port, ...addresses(before.given, before.host, port) };
}

function addresses(given: Config["given"], host: string, port: number): Pick<Config, "publicUrl" | "origins" | "hosts"> {
  const loopback = host === "::1" || host.startsWith("127.") ? [host] : [];
  const names = [...new Set(["localhost", "127.0.0.1", "::1", ...loopback])];
  const own = given.publicUrl === null
    ? names.map((name) => new URL(`http://${name.includes(":") ? `[${name}]` : name}:${port}`).origin)
    : [given.publicUrl];
  const origins = [...new Set([...own, ...given.origins])];
  return { publicUrl: own[0] ?? "", origins, hosts: [...new Set(origins.map((origin) => new URL(origin).host))] };
}

function readHost(env: Environment): string | null {
  const value = readText(env, "HOST");
  if (value === null || isIP(value) !== 0 || /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(value)) return value;
  throw wrong("HOST", value, "an address to listen on, such as 127.0.0.1 or 0.0.0.0");
}

function readPublicUrl(env: Environment): string | null {
  const value = readText(env, "PUBLIC_URL");
  if (value === null) return null;
  const origin = originOf(value);
  if (origin === null) throw wrong("PUBLIC_URL", value, "an http or https address without a path, such as https://chat.example.com");
  return origin;
}

function readOrigins(env: Environment): readonly string[] {
  return readList(env, "ALLOWED_ORIGINS").filter((item) => item !== "null").map((item) => {
    const origin = originOf(item);
    if (origin === null) throw wrong("ALLOWED_ORIGINS", item, "exact origins such as https://shop.example.com, separated by commas; no wildcard");
    return origin;
  });
}

function originOf(value: string): string | null {
  const url = URL.canParse(value) && !value.includes("*") ? new URL(value) : null;
  const bare = url !== null && /^https?:$/.test(url.protocol) && url.pathname === "/"
    && `${url.username}${url.password}${url.search}${url.hash}` === "" && !/[?#]$/.test(value);
  return bare ? url.origin : null;
}

function readGateways(env: Environment, name: string): readonly GatewayName[] | null {
  const items = readList(env, name);
  const only = items.length === 1 ? items[0] : undefined;
  if (items.length === 0) return null;
  if (only === "all") return gatewayNames;
  if (only === "none") return [];
  return items.map((item) => {
    const found = gatewayNames.find((gateway) => gateway === item);
    if (found === undefined) throw wrong(name, item, `all, none, or names of ${gatewayNames.join(", ")}, separated by commas`);
    return found;
  });
}

function readGatewayPaths(env: Environment): ReadonlyMap<string, string> {
  return new Map(readList(env, "GATEWAY_PATHS").map((item) => {
    const parts = /^(\/[^=?#\s]*)=(\/[^=?#\s]*)$/.exec(item);
    if (!parts?.[1] || !parts[2]) throw wrong("GATEWAY_PATHS", item, "pairs such as /raysale/rayim=/rayim, separated by commas");
    return [parts[1], parts[2]];
  }));
}

function readUrl(env: Environment, name: string, protocols: readonly string[]): string | null {
  const value = readSecret(env, name);
  if (value === null) return null;
  const expected = `an address such as ${protocols[0]}//user:password@host/name`;
  if (!URL.canParse(value)) throw wrongSecret(name, "is no address", expected);
  if (!protocols.includes(new URL(value).protocol)) throw wrongSecret(name, `begins with "${new URL(value).protocol}"`, expected);
  return value;
}

function readStorage(env: Environment): StorageConfig {
  const value = readUrl(env, "STORAGE_URL", ["s3:"]);
  if (value === null) return { kind: "disk" };
  const url = new URL(value);
  const bucket = url.pathname.slice(1).replace(/\/$/, "");
  if (url.username === "" || url.password === "" || url.host === "" || bucket === "" || bucket.includes("/")) {
    throw wrongSecret("STORAGE_URL", "lacks its key, secret, host or bucket", "s3://key:secret@host/bucket?region=…");
  }
  const plain = url.searchParams.get("tls") === "off";
  return {
    kind: "s3",
    endpoint: `${plain ? "http" : "https"}://${url.host}`,
    bucket,
    key: decodeURIComponent(url.username),
    secret: decodeURIComponent(url.password),
    region: url.searchParams.get("region") ?? "us-east-1",
  };
}

function readKey(env: Environment, name: string): string | null {
  const value = readSecret(env, name);
  if (value === null) return null;
  const expected = "at least 32 random bytes, for example from: openssl rand -base64 48";
  if (Buffer.byteLength(value) < 32) throw wrongSecret(name, `has ${Buffer.byteLength(value)} bytes`, expected);
  const guessable = /change.?me|replace.?me|your.?secret|example|password/i.test(value) || new Set(value).size < 8;
  if (guessable) throw wrongSecret(name, "looks like a placeholder", expected);
  return value;
}

function readPassword(env: Environment, name: string): string | null {
  const value = readSecret(env, name);
  if (value !== null && value.length < 8) throw wrongSecret(name, `has ${value.length} characters`, "at least 8 characters");
  return value;
}

function readEmail(env: Environment, name: string): string | null {
  const value = readText(env, name);
  if (value !== null && !/^[^\s@]+@[^\s@]+$/.test(value)) throw wrong(name, value, "an e-mail address");
  return value?.toLowerCase() ?? null;
}
