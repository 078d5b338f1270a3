import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { gatewayNames } from "#protocol/gateways.ts";
import { config, ConfigError, parseConfig, withPort } from "./config.ts";
import type { Environment } from "./environment.ts";
import { atEnd } from "./testing/clean-up.ts";

const random = "k7Qp2vX9sLm4Zt8RbW1nYc6HdJ3fGa5E";

function problemOf(env: Environment): string {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("nothing was thrown");
}

function fileWith(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "xiaoer-config-"));
  atEnd(async () => rmSync(folder, { recursive: true }));
  const file = join(folder, "secret");
  writeFileSync(file, content);
  return file;
}

test("has a default for everything", () => {
  expect(parseConfig({}, false)).toMatchObject({
    port: 3000, host: "127.0.0.1", publicUrl: "http://localhost:3000", secure: false, allowNullOrigin: false,
    gateways: gatewayNames, openGateways: [], httpGetSend: false, dataDir: resolve("data"), databaseUrl: null,
    redisUrl: null, storage: { kind: "disk" }, authSecret: null, siteSecret: null, adminEmail: "admin@localhost",
    adminPassword: null, metricsToken: null, logLevel: "info", production: false,
  });
});

test("counts an empty value as unset", () => {
  const empty = { PORT: "", PUBLIC_URL: " ", DATA_DIR: "", AUTH_SECRET: "", GATEWAYS: "", LOG_LEVEL: "", TRUST_PROXY: "" };
  expect(JSON.stringify(parseConfig(empty, false))).toBe(JSON.stringify(parseConfig({}, false)));
});

test("keeps its data under /var/lib when run as root, unless told otherwise", () => {
  expect(parseConfig({}, true).dataDir).toBe("/var/lib/xiaoer");
  expect(parseConfig({ DATA_DIR: "/srv/chat" }, true).dataDir).toBe("/srv/chat");
});

test("takes every loopback name at its port as origin and host when there is no public URL", () => {
  const { origins, hosts } = parseConfig({ PORT: "4000" });
  expect(origins).toEqual(["http://localhost:4000", "http://127.0.0.1:4000", "http://[::1]:4000"]);
  expect(hosts).toEqual(["localhost:4000", "127.0.0.1:4000", "[::1]:4000"]);
});

test("adds the loopback address it listens on", () => {
  expect(parseConfig({ HOST: "127.0.0.9", PORT: "4000" }).origins).toContain("http://127.0.0.9:4000");
});

test("leaves out a default port, as browsers do", () => {
  expect(parseConfig({ PORT: "80" }).origins[0]).toBe("http://localhost");
});

test("takes the public URL and the allowed origins alone when there is a public URL", () => {
  const parsed = parseConfig({ PUBLIC_URL: "https://Chat.Example.com/", ALLOWED_ORIGINS: "https://shop.example.com:8443, null" });
  expect(parsed).toMatchObject({
    publicUrl: "https://chat.example.com", secure: true, host: "0.0.0.0", allowNullOrigin: true,
    origins: ["https://chat.example.com", "https://shop.example.com:8443"],
    hosts: ["chat.example.com", "shop.example.com:8443"],
  });
});

test("follows the port that the system chose, but never changes a public URL", () => {
  const any = withPort(parseConfig({ PORT: "0" }), 45_678);
  expect(any).toMatchObject({ port: 45_678, publicUrl: "http://localhost:45678" });
  expect(any.origins).toContain("http://127.0.0.1:45678");
  expect(withPort(parseConfig({ PUBLIC_URL: "https://a.example" }), 45_678).publicUrl).toBe("https://a.example");
});

test.each([
  "ftp://a.example", "https://a.example/chat", "https://a.example?x=1", "https://a.example#x", "https://u:p@a.example",
  "a.example", "https://*.example",
])("refuses the public URL %s", (value) => {
  expect(problemOf({ PUBLIC_URL: value })).toBe(
    `PUBLIC_URL is "${value}"; expected an http or https address without a path, such as https://chat.example.com`,
  );
});

test.each(["*", "https://*.example.com", "shop.example.com", "https://shop.example.com/page"])("refuses the origin %s", (value) => {
  expect(problemOf({ ALLOWED_ORIGINS: `https://good.example,${value}` })).toContain(`ALLOWED_ORIGINS is "${value}"; expected exact origins`);
});

test.each(["-1", "65536", "80x", "3.5", "1e3"])("refuses the port %s", (value) => {
  expect(problemOf({ PORT: value })).toBe(`PORT is "${value}"; expected a whole number from 0 to 65535`);
});

test("refuses a host that is neither an address nor a name", () => {
  expect(problemOf({ HOST: "http://x" })).toMatch(/^HOST is "http:\/\/x"; expected an address/);
});

test("turns gateways on and off by name", () => {
  expect(parseConfig({ GATEWAYS: "ws, stomp,ws", OPEN_GATEWAYS: "stomp" })).toMatchObject({ gateways: ["ws", "stomp"], openGateways: ["stomp"] });
  expect(parseConfig({ GATEWAYS: "none" }).gateways).toEqual([]);
  expect(parseConfig({ GATEWAYS: "all" }).gateways).toEqual(gatewayNames);
  expect(problemOf({ GATEWAYS: "ws,telnet" })).toContain('GATEWAYS is "telnet"; expected all, none, or names of rayim, ws,');
  expect(problemOf({ OPEN_GATEWAYS: "x" })).toContain("OPEN_GATEWAYS");
});

test("maps further paths to gateways", () => {
  const { gatewayPaths } = parseConfig({ GATEWAY_PATHS: "/raysale/rayim=/rayim, /chat=/ws" });
  expect([...gatewayPaths]).toEqual([["/raysale/rayim", "/rayim"], ["/chat", "/ws"]]);
  expect(problemOf({ GATEWAY_PATHS: "rayim" })).toBe('GATEWAY_PATHS is "rayim"; expected pairs such as /raysale/rayim=/rayim, separated by commas');
});

test.each([["1", true], ["on", true], ["TRUE", true], ["0", false], ["off", false]] as const)("reads the switch %s", (value, on) => {
  expect(parseConfig({ HTTP_GET_SEND: value }).httpGetSend).toBe(on);
});

test("refuses a switch that is neither on nor off", () => {
  expect(problemOf({ HTTP_GET_SEND: "maybe" })).toBe('HTTP_GET_SEND is "maybe"; expected 1 or 0');
});

test("never repeats a secret address", () => {
  const problem = problemOf({ DATABASE_URL: "mysql://root:hunter2@db/x" });
  expect(problem).toBe('DATABASE_URL begins with "mysql:"; expected an address such as postgresql://user:password@host/name');
  expect(problemOf({ REDIS_URL: "hunter2 no url" })).not.toContain("hunter2");
});

test("reads where images are kept", () => {
  expect(parseConfig({ STORAGE_URL: "s3://key:se%2Fcret@s3.example.com:9000/pictures?region=cn-north-1" }).storage).toEqual({
    kind: "s3", endpoint: "https://s3.example.com:9000", bucket: "pictures", key: "key", secret: "se/cret", region: "cn-north-1",
  });
  expect(parseConfig({ STORAGE_URL: "s3://key:secret@127.0.0.1:9000/pictures?tls=off" }).storage).toMatchObject({ endpoint: "http://127.0.0.1:9000" });
  expect(problemOf({ STORAGE_URL: "s3://key:hunter2@s3.example.com" })).toBe(
    "STORAGE_URL lacks its key, secret, host or bucket; expected s3://key:secret@host/bucket?region=…",
  );
});

test.each(["AUTH_SECRET", "SITE_SECRET"])("S116: takes %s only when it is long and not guessable, and never repeats it", (name) => {
  expect(JSON.stringify(parseConfig({ [name]: random }))).toContain(random);
  expect(problemOf({ [name]: "hunter2" })).toMatch(/ has 7 bytes; expected at least 32 random bytes/);
  expect(problemOf({ [name]: "changeme-changeme-changeme-changeme" })).toBe(
    `${name} looks like a placeholder; expected at least 32 random bytes, for example from: openssl rand -base64 48`,
  );
  expect(problemOf({ [name]: "a".repeat(40) })).toContain("placeholder");
});

test.each(["AUTH_SECRET", "SITE_SECRET", "METRICS_TOKEN", "ADMIN_PASSWORD"])("reads %s from the file that %s_FILE names", (name) => {
  expect(JSON.stringify(parseConfig({ [`${name}_FILE`]: fileWith(`${random}\n`) }))).toContain(random);
});

test("reads the addresses of the database, Redis and the store from files too", () => {
  expect(parseConfig({ DATABASE_URL_FILE: fileWith("postgresql://u:p@h/d\n") }).databaseUrl).toBe("postgresql://u:p@h/d");
  expect(parseConfig({ REDIS_URL_FILE: fileWith("redis://h\n") }).redisUrl).toBe("redis://h");
  expect(parseConfig({ STORAGE_URL_FILE: fileWith("s3://k:s@h/b\n") }).storage.kind).toBe("s3");
});

test("says what is wrong with a secret's file", () => {
  expect(problemOf({ AUTH_SECRET_FILE: "/nowhere/x" })).toBe('AUTH_SECRET_FILE is "/nowhere/x", which cannot be read (ENOENT); expected a file that holds the secret');
  expect(problemOf({ AUTH_SECRET_FILE: fileWith("\n") })).toContain("which is empty");
  expect(problemOf({ AUTH_SECRET: random, AUTH_SECRET_FILE: fileWith(random) })).toContain("both set");
});

test("checks the first admin", () => {
  expect(parseConfig({ ADMIN_EMAIL: "Ann@Shop.example", ADMIN_PASSWORD: "long enough" })).toMatchObject({ adminEmail: "ann@shop.example", adminPassword: "long enough" });
  expect(problemOf({ ADMIN_EMAIL: "ann" })).toBe('ADMIN_EMAIL is "ann"; expected an e-mail address');
  expect(problemOf({ ADMIN_PASSWORD: "short" })).toBe("ADMIN_PASSWORD has 5 characters; expected at least 8 characters");
});

test("recognises proxies and exempt networks", () => {
  const { trustProxy, rateLimitExempt } = parseConfig({ TRUST_PROXY: "127.0.0.1,10.0.0.0/8,2001:db8::/32", RATE_LIMIT_EXEMPT: "::1" });
  expect(["127.0.0.1", "10.9.8.7", "::ffff:10.1.1.1", "2001:db8::5"].filter((address) => !trustProxy.includes(address))).toEqual([]);
  expect(["127.0.0.2", "11.0.0.1", "::1", "", "nonsense"].filter((address) => trustProxy.includes(address))).toEqual([]);
  expect(rateLimitExempt.includes("::1")).toBe(true);
});

test.each(["10.0.0.0/33", "10.0.0", "shop.example.com", "10.0.0.0/8/8", "::/129"])("refuses the network %s", (value) => {
  expect(problemOf({ TRUST_PROXY: value })).toBe(`TRUST_PROXY is "${value}"; expected addresses or networks such as 10.0.0.0/8, separated by commas`);
});

test("refuses an unknown log level", () => {
  expect(problemOf({ LOG_LEVEL: "loud" })).toBe('LOG_LEVEL is "loud"; expected one of trace, debug, info, warn, error, fatal, silent');
});

test("answers every problem in one line", () => {
  expect(problemOf({ PORT: "1\n2" })).not.toContain("\n");
});

test("reads the environment of the process once", () => {
  expect(config()).toBe(config());
});
