import { decode, encode } from "next-auth/jwt";
import NextAuth from "next-auth";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { DomainError } from "#server/errors.ts";
import type { Platform } from "#server/platform.ts";
import { createTestDatabase } from "#server/testing/database.ts";
import { login, logout, refresh } from "./accounts.ts";
import { authenticate, type Identity } from "./identity.ts";
import { identityFromCookie, sessionCookieName } from "./session-cookie.ts";
import { addStaff, createTestPlatform } from "#server/testing/platform.ts";
import { webSessionOptions } from "./web-session.ts";

const password = "correct horse";
let platform: Platform;
let secure: Platform;

beforeAll(async () => {
  const database = await createTestDatabase();
  platform = await createTestPlatform({}, database);
  secure = await createTestPlatform({ PUBLIC_URL: "https://chat.shop.example" }, database);
});

const setCookies = z.array(z.string());
const answerShape = z.object({ url: z.optional(z.string()), csrfToken: z.optional(z.string()), user: z.optional(z.record(z.string(), z.unknown())) });

/** A browser as next-auth sees one: its cookies, kept between requests, and the Set-Cookie lines as they came. */
function browser(on: Platform, address: string) {
  const jar = new Map<string, string>();
  const lines: string[] = [];

  async function call(method: "GET" | "POST", action: string[], body: Record<string, string> = {}) {
    const answer = { status: 200, location: "", json: z.parse(answerShape, {}) };
    const headers = new Map<string, unknown>();
    const res = {
      status: (code: number) => ((answer.status = code), res),
      setHeader: (name: string, value: unknown) => (headers.set(name.toLowerCase(), value), res),
      getHeader: (name: string) => headers.get(name.toLowerCase()),
      json: (value: unknown) => void (answer.json = z.parse(answerShape, value)),
      send: (value: unknown) => void (answer.json = z.safeParse(answerShape, value).data ?? {}),
      end: () => {},
    };
    const query = { nextauth: action, ...(method === "GET" ? body : {}) };
    const handle: (req: unknown, res: unknown) => Promise<void> = NextAuth(webSessionOptions(on));
    await handle({ method, query, body, cookies: Object.fromEntries(jar), headers: { "x-client-address": address } }, res);
    answer.location = z.safeParse(z.string(), headers.get("location")).data ?? "";
    for (const line of z.safeParse(setCookies, headers.get("set-cookie")).data ?? []) {
      lines.push(line);
      const [name = "", value = ""] = line.split(";")[0]?.split("=") ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, decodeURIComponent(value));
    }
    return answer;
  }

  async function submit(action: string[], body: Record<string, string>) {
    const { json } = await call("GET", ["csrf"]);
    return call("POST", action, { ...body, csrfToken: json.csrfToken ?? "", json: "true" });
  }

  return {
    jar, lines, call,
    signIn: (email: string, secret: string, callbackUrl = "/console") => submit(["callback", "credentials"], { email, password: secret, callbackUrl }),
    signOut: () => submit(["signout"], {}),
  };
}

/** Who a request with these cookies is, sent by a page of ours. */
function identityOf(on: Platform, cookies: Iterable<[string, string]>): Promise<Identity | null> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const url = new URL(on.config.publicUrl);
  return identityFromCookie(on, { method: "POST", url: "/", headersDistinct: { host: [url.host], origin: [url.origin], cookie: [cookie] } });
}

const errorOf = (url = ""): string | null => new URL(url).searchParams.get("error");

let addresses = 0;
const newAddress = (): string => `192.0.2.${(addresses += 1)}`;

async function signedIn(on: Platform) {
  const { email, id } = await addStaff(on, { role: "admin" });
  const page = browser(on, newAddress());
  const answer = await page.signIn(email, password);
  expect(answer.status).toBe(200);
  return { page, id, email, answer };
}

describe("signing in", () => {
  test("lets staff in: the cookie stands for a sign-in of ours", async () => {
    const { page, id, answer } = await signedIn(platform);
    expect(answer.json.url).toBe(`${platform.config.publicUrl}/console`);
    expect(await identityOf(platform, page.jar)).toMatchObject({ userId: id, role: "admin", via: "cookie", scopes: null });
    const session = await page.call("GET", ["session"]);
    expect(session.json.user).toEqual({ id, name: "Ada", role: "admin" });
  });

  test("gives the page an access token of the same sign-in", async () => {
    const { page, id } = await signedIn(platform);
    const identity = await identityOf(platform, page.jar);
    if (!identity) throw new Error("nobody is signed in");
    const grant = await refresh(platform, identity);
    expect(await authenticate(platform, grant.token)).toMatchObject({ userId: id, signInId: identity.signInId, via: "access" });
  });

  test("names the reason of a refusal in the form that the page reads", async () => {
    const { email } = await addStaff(platform);
    const page = browser(platform, newAddress());
    for (let round = 0; round < 5; round += 1) {
      const { status, json } = await page.signIn(email, "wrong");
      expect([status, errorOf(json.url)]).toEqual([401, "unauthenticated"]);
    }
    const { json } = await page.signIn(email, password);
    expect(errorOf(json.url)).toMatch(/^rate_limited:(29\d|300)$/);
    expect(page.jar.has(sessionCookieName(platform.config))).toBe(false);
  });

  test("S55: does nothing without the CSRF token", async () => {
    const { email } = await addStaff(platform);
    const page = browser(platform, newAddress());
    for (const csrfToken of ["", "wrong"]) {
      const answer = await page.call("POST", ["callback", "credentials"], { email, password, csrfToken });
      expect(answer.location).toContain("csrf=true");
    }
    expect(await identityOf(platform, page.jar)).toBeNull();
  });

  test.each(["https://evil.example", "//evil.example", "/\\evil.example", "https://evil.example/console"])("S55: never leads to %s", async (callbackUrl) => {
    const { email } = await addStaff(platform);
    const { json } = await browser(platform, newAddress()).signIn(email, password, callbackUrl);
    expect(json.url).toBe(`${platform.config.publicUrl}/console`);
  });

  test("S56: takes no list of addresses and no objects", async () => {
    await addStaff(platform, { email: "victim@shop.example" });
    for (const email of ["victim@shop.example,evil@evil.example", '"victim@shop.example"@evil.example', "<b>victim@shop.example", "x".repeat(10_000)]) {
      const { json } = await browser(platform, newAddress()).signIn(email, password);
      expect(errorOf(json.url)).toBe("unauthenticated");
    }
  });
});

describe("S57: the cookie", () => {
  test("is only for this host and for no script", async () => {
    const { page } = await signedIn(secure);
    const own = page.lines.filter((line) => line.includes("session-token"));
    expect(own).not.toEqual([]);
    for (const line of page.lines) {
      expect(line).toMatch(/^__Host-/);
      expect(line).toMatch(/; Path=\/(;|$)/);
      expect(line).toMatch(/; HttpOnly/);
      expect(line).toMatch(/; Secure/);
      expect(line).toMatch(/; SameSite=Lax/);
      expect(line).not.toMatch(/Domain=/i);
      expect(line.length).toBeLessThan(4_096);
    }
    expect(await identityOf(secure, page.jar)).toMatchObject({ role: "admin" });
  });

  test("has no prefix where there is no https, and then is not taken where there is", async () => {
    const { page } = await signedIn(platform);
    expect([...page.jar.keys()].some((name) => name.startsWith("__"))).toBe(false);
    expect(await identityOf(secure, page.jar)).toBeNull();
  });

  test("is put together from its chunks", async () => {
    const { page, id } = await signedIn(platform);
    const name = sessionCookieName(platform.config);
    const value = page.jar.get(name) ?? "";
    const parts = [value.slice(0, 100), value.slice(100, 200), value.slice(200)];
    const chunks = parts.map((part, index): [string, string] => [`${name}.${index}`, part]);
    expect(await identityOf(platform, chunks)).toMatchObject({ userId: id });
    expect(await identityOf(platform, chunks.toReversed())).toMatchObject({ userId: id });
    expect(await identityOf(platform, chunks.slice(1))).toBeNull();
    expect(await identityOf(platform, chunks.slice(0, 2))).toBeNull();
  });

  test("S13: malformed ones are nobody's, without an exception", async () => {
    const name = sessionCookieName(platform.config);
    const { page } = await signedIn(platform);
    const value = page.jar.get(name) ?? "";
    for (const broken of ["", "%E0%A4%A", "a.b.c", "x".repeat(20_000), value.slice(1), `${value}x`, `"${value}"`, ";;=;", value.replaceAll(".", "")]) {
      expect(await identityOf(platform, [[name, broken]])).toBeNull();
    }
    expect(await identityOf(platform, [["__proto__", value]])).toBeNull();
  });

  test("S12: says nothing under another key or with other claims", async () => {
    const { page, id } = await signedIn(platform);
    const name = sessionCookieName(platform.config);
    const said = await decode({ token: page.jar.get(name), secret: platform.secrets.cookie });
    const forged = await encode({ token: { ...said }, secret: "another secret" });
    const guessed = await encode({ token: { sub: id, role: "admin", sid: id, ver: 1 }, secret: platform.secrets.cookie });
    const state = await encode({ token: { ...said }, secret: platform.secrets.cookie, salt: "next-auth.state" });
    for (const value of [forged, guessed, state]) expect(await identityOf(platform, [[name, value]])).toBeNull();
    await expect(authenticate(platform, page.jar.get(name))).rejects.toMatchObject({ code: "unauthenticated" });
    const { email } = await addStaff(platform);
    const { token } = await login(platform, { email, password }, { address: newAddress() });
    expect(await identityOf(platform, [[name, token]])).toBeNull();
  });

  test("S5: counts only on requests of our own pages", async () => {
    const { page } = await signedIn(secure);
    const cookie = [[...page.jar].map((pair) => pair.join("=")).join("; ")];
    const ask = (headers: Record<string, string[]>, method = "POST") =>
      identityFromCookie(secure, { method, url: "/", headersDistinct: { host: ["chat.shop.example"], cookie, ...headers } });
    expect(await ask({ origin: ["https://chat.shop.example"] })).not.toBeNull();
    expect(await ask({})).toBeNull();
    expect(await ask({ "sec-fetch-site": ["same-origin"] }, "GET")).not.toBeNull();
    expect(await ask({ "sec-fetch-site": ["cross-site"] }, "GET")).toBeNull();
    await expect(ask({ origin: ["https://evil.example"] })).rejects.toBeInstanceOf(DomainError);
  });
});

describe("the end of a web session", () => {
  test("S15: signing out ends the sign-in and its access tokens, not only the cookie", async () => {
    const { page } = await signedIn(platform);
    const stolen = new Map(page.jar);
    const identity = await identityOf(platform, stolen);
    if (!identity) throw new Error("nobody is signed in");
    const { token } = await refresh(platform, identity);
    await page.signOut();
    expect(page.jar.has(sessionCookieName(platform.config))).toBe(false);
    expect(await identityOf(platform, stolen)).toBeNull();
    await expect(authenticate(platform, token)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("S15: after logout everywhere next-auth takes the cookie away", async () => {
    const { page, email } = await signedIn(platform);
    const { token } = await login(platform, { email, password }, { address: newAddress() });
    await logout(platform, await authenticate(platform, token), { everywhere: true });
    expect(await identityOf(platform, page.jar)).toBeNull();
    const session = await page.call("GET", ["session"]);
    expect(session.json.user).toBeUndefined();
    expect(page.jar.has(sessionCookieName(platform.config))).toBe(false);
  });
});
