import { createServer } from "node:net";
import { expect, inject, test } from "vitest";
import { freePort } from "./postmaster.ts";
import { checkDatabase } from "./check.ts";

/** The address of the test's server over TCP, with parts replaced. */
function address(parts: { password?: string; pathname?: string; port?: string; hostname?: string }): string {
  const url = new URL(inject("cluster").url);
  url.search = "";
  Object.assign(url, parts);
  return url.href;
}

test("accepts a database that can be used", async () => {
  await expect(checkDatabase(address({}))).resolves.toBeUndefined();
});

test.each([
  ["a wrong password", { password: "hunter2" }, /\/xiaoer, which refuses the password$/],
  ["an unknown database", { pathname: "/nothing" }, /\/nothing, where that database does not exist; create it first$/],
  ["an unknown host", { hostname: "nowhere.invalid" }, /nowhere\.invalid:\d+\/xiaoer, a host that cannot be found$/],
] as const)("names %s in one line without the password", async (_what, parts, line) => {
  const url = address(parts);
  const problem = await checkDatabase(url).catch((error: unknown) => error);
  expect(problem).toHaveProperty("message", expect.stringMatching(line));
  expect(problem).not.toHaveProperty("message", expect.stringContaining(new URL(url).password));
});

test.each(["password", "PASSWORD", "postgres", "changeme"])("S114 refuses the password %s for a server on another machine", async (password) => {
  await expect(checkDatabase(address({ hostname: "db.shop.example", password }))).rejects.toThrow(/^DATABASE_URL points to db\.shop\.example:\d+\/xiaoer, with a password that anybody guesses/);
});

test("names a server that is not there", async () => {
  await expect(checkDatabase(address({ port: String(await freePort()) }))).rejects.toThrow(/which cannot be reached \(ECONNREFUSED\); expected a running PostgreSQL 15 or newer/);
});

test("gives up on a server that takes the connection and says nothing", async () => {
  const silent = createServer((socket) => socket.on("error", () => undefined));
  const port = await freePort();
  await new Promise<void>((done) => {
    silent.listen(port, "127.0.0.1", done);
  });
  const begun = performance.now();
  await expect(checkDatabase(address({ port: String(port) }))).rejects.toThrow(/which cannot be reached \(timeout expired\)/);
  expect(performance.now() - begun).toBeLessThan(6_000);
  silent.close();
});
