import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { parseConfig, withPort } from "#server/config.ts";
import { atEnd } from "#server/testing/clean-up.ts";
import { expectProblem, type HttpClient, httpClient } from "#server/testing/http-client.ts";
import { startTestNode } from "#server/testing/node.ts";

import { createHttpGateway } from "./gateway.ts";

let pages: HttpClient;
/** What reached the pages, the last last. */
const seen: { path: string | undefined; headers: IncomingHttpHeaders }[] = [];

/** A gateway with pages that answer anything, in front of which nothing else stands. */
async function startPages(env: Record<string, string> = {}): Promise<{ client: HttpClient; host: string }> {
  const { node } = await startTestNode();
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  atEnd(async () => void server.close());
  const { port } = listeningAt(server.address());
  const config = withPort(parseConfig({ NODE_ENV: "production", ...env }), port);
  const gateway = createHttpGateway({ ...node, config }, (req, res) => {
    seen.push({ path: req.url, headers: { ...req.headers } });
    if (req.url === "/broken") throw new Error("a page failed");
    res.writeHead(200, { "Content-Type": "text/html" }).end("<p>page</p>");
  });
  server.on("request", (req, res) => gateway.handle(req, res));
  return { client: httpClient({ url: `http://127.0.0.1:${port}` }), host: config.hosts[0] ?? "" };
}

function listeningAt(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new Error("no port");
  return address;
}

beforeAll(async () => {
  ({ client: pages } = await startPages());
});
beforeEach(() => void seen.splice(0));

describe("a page", () => {
  it("carries the headers that keep others from using it", async () => {
    const { status, headers } = await pages("GET", "/console?x=1");
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "strict-origin-when-cross-origin",
      "cross-origin-opener-policy": "same-origin",
      "permissions-policy": expect.stringContaining("microphone=()"),
    });
    for (const name of ["x-powered-by", "strict-transport-security", "cache-control"]) expect(headers.has(name)).toBe(false);
    const policy = headers.get("content-security-policy") ?? "";
    for (const part of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]) expect(policy.split("; ")).toContain(part);
    expect(policy).not.toMatch(/script-src[^;]*unsafe|\*/);
  });

  it("gets a policy with a nonce of its own, which Next reads from the request", async () => {
    const answers = [await pages("GET", "/"), await pages("GET", "/", { headers: { "Content-Security-Policy": "script-src 'nonce-mine'" } })];
    const policies = answers.map(({ headers }) => headers.get("content-security-policy") ?? "");
    expect(new Set(policies).size).toBe(2);
    expect(policies[1]).toMatch(/'nonce-[\w+/=]{24}'/);
    expect(policies[1]).not.toContain("mine");
    expect(seen.map(({ headers }) => headers["content-security-policy"])).toEqual(policies);
  });

  it("tells browsers to stay with https where that is the address", async () => {
    const secure = await startPages({ PUBLIC_URL: "https://chat.example" });
    expectProblem(await secure.client("GET", "/"), "bad_request");
    const answer = await secure.client("GET", "/livez");
    expect(answer.headers.get("strict-transport-security")).toBe("max-age=31536000");
  });

  it("never learns what a stranger says in Next's or a proxy's name", async () => {
    await pages("GET", "/admin", {
      headers: {
        "x-middleware-subrequest": "middleware:middleware:middleware", "x-middleware-rewrite": "http://169.254.169.254/", "x-invoke-path": "/admin", "x-matched-path": "/admin",
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1", Forwarded: "host=evil.example", "X-Real-IP": "192.0.2.1",
        "x-client-address": "192.0.2.1", "x-nextjs-data": "1",
      },
    });
    const { headers } = seen.at(-1) ?? { headers: {} };
    expect(JSON.stringify(headers)).not.toMatch(/evil|169\.254|192\.0\.2|middleware|invoke|matched/);
    expect(headers).toMatchObject({ "x-client-address": "127.0.0.1", "x-forwarded-proto": "http", "x-nextjs-data": "1" });
  });

  it("that fails is a problem that tells nothing", async () => {
    expectProblem(await pages("GET", "/broken"), "internal");
    expect((await pages("GET", "/")).status).toBe(200);
  });
});

describe("what is no page", () => {
  it("never reaches Next: actions, writing to pages, other hosts", async () => {
    expectProblem(await pages("POST", "/", { raw: "[]", headers: { "Next-Action": "x".repeat(40) } }), "not_found");
    expectProblem(await pages("GET", "/console", { headers: { "next-action": "" } }), "not_found");
    const form = new FormData();
    form.set("$ACTION_REF_1", "");
    form.set("0", '{"then":"$1:__proto__:then"}');
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const answer = await pages(method, "/console", method === "OPTIONS" ? {} : { raw: form });
      expectProblem(answer, "bad_request", 405);
      expect(answer.headers.get("allow")).toBe("GET, HEAD");
    }
    expect(seen).toEqual([]);
  });

  it("may be one of Next's own routes, for our own pages", async () => {
    expect((await pages("POST", "/api/auth/callback/credentials", { raw: "a=b", headers: { "Content-Type": "application/x-www-form-urlencoded" } })).status).toBe(200);
    expectProblem(await pages("POST", "/api/auth/callback/credentials", { raw: "a=b", headers: { Origin: "https://evil.example" } }), "forbidden");
    expect(seen).toHaveLength(1);
  });
});
