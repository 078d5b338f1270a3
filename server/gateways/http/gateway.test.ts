import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";

import { makeGuest, makeStaff } from "#server/testing/clients.ts";
import { expectProblem, type HttpClient, httpClient, sendRaw } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

const json = { "Content-Type": "application/json" };
let running: TestNode;
let anyone: HttpClient;
let guest: HttpClient;

beforeAll(async () => {
  running = await startTestNode({ ALLOWED_ORIGINS: "https://shop.example,null" });
  anyone = httpClient(running);
  guest = httpClient(running, (await makeGuest(running)).token);
});

describe("an address", () => {
  it("that does not exist is a problem, whoever asks", async () => {
    for (const path of ["/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/users/1/2", "/api/v1/__proto__", "/api/v1/auth/..%2f..%2flivez", "/api/v1/attachments/..%2f..%2f..%2fetc%2fpasswd"]) {
      expectProblem(await anyone("GET", path), "not_found");
    }
  });

  it("tells of an existing one which methods it knows", async () => {
    for (const [method, path, allow] of [
      ["PUT", "/api/v1/users", "GET, HEAD, POST, OPTIONS"],
      ["DELETE", "/api/v1/auth/login", "POST, OPTIONS"],
      ["GET", "/api/v1/commands/heartbeat", "POST, OPTIONS"],
      ["POST", "/livez", "GET, HEAD"],
    ] as const) {
      const answer = await anyone(method, path);
      expect([path, answer.status, answer.headers.get("allow")]).toEqual([path, 405, allow]);
    }
    expect(await sendRaw(running.port, `TRACE /api/v1/users HTTP/1.1\r\nHost: localhost:${running.port}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 405 /);
  });

  it("S26: is refused for another host, and as an absolute address", async () => {
    expect(await sendRaw(running.port, "GET /api/v1/users HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(running.port, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(running.port, `GET http://169.254.169.254/ HTTP/1.1\r\nHost: localhost:${running.port}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(running.port, `OPTIONS * HTTP/1.1\r\nHost: localhost:${running.port}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("a token", () => {
  it.each([
    "Bearer", "Bearer ", "Bearer %E0%A4%A", "Basic YTpi", "bearer a b", "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer xk_nothing", `Bearer ${"a".repeat(9_000)}`,
  ])("S13: that is malformed is refused and throws nothing: %s", async (value) => {
    expectProblem(await anyone("POST", "/api/v1/auth/refresh", { headers: { Authorization: value } }), "unauthenticated");
    expect((await anyone("POST", "/api/v1/commands/heartbeat", { headers: { Authorization: value } })).headers.get("www-authenticate")).toBe("Bearer");
  });

  it("does not count in the URL", async () => {
    const { token } = await makeGuest(running);
    expectProblem(await anyone("GET", `/api/v1/conversations?token=${token}`), "unauthenticated");
  });
});

describe("a body", () => {
  async function post(raw: BodyInit, headers: Record<string, string> = json) {
    return guest("POST", "/api/v1/commands/notice:list", { raw, headers });
  }

  it("may be missing, empty or JSON with a charset", async () => {
    expect((await guest("POST", "/api/v1/commands/notice:list")).status).toBe(200);
    expect((await post("", {})).status).toBe(200);
    expect((await post(" {} \n")).status).toBe(200);
    expect((await post("{}", { "Content-Type": 'Application/JSON; charset="UTF-8"' })).status).toBe(200);
  });

  it("S59: that is not JSON in UTF-8 is refused", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/jsonp", ""]) {
      expectProblem(await post("{}", { "Content-Type": type }), "unsupported_media");
    }
    expectProblem(await post(gzipSync("{}"), { ...json, "Content-Encoding": "gzip" }), "unsupported_media");
    expectProblem(await post(Buffer.from("{}", "utf16le")), "bad_request");
    expectProblem(await post(Buffer.from("\ufeff{}", "utf16le")), "bad_request");
    expectProblem(await post("\ufeff{}"), "bad_request");
    expectProblem(await post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), "bad_request");
    expectProblem(await post("{"), "bad_request");
    expectProblem(await post('{"a":1}}'), "bad_request");
    expectProblem(await post("[]"), "bad_request");
    expectProblem(await post("null"), "bad_request");
  });

  it("S59: with a name given twice is refused, however it is written", async () => {
    expectProblem(await post('{"a":1,"b":{"a":2},"\\u0061":3}'), "bad_request");
    expect((await post('{"a":{"a":"\\"a\\":"},"b":["a",{"a":1},{"a":1}]}')).status).toBe(200);
  });

  it("S59: that is too deep, too wide or too large costs nothing", async () => {
    const begun = process.cpuUsage();
    expectProblem(await post("[".repeat(30_000) + "]".repeat(30_000)), "bad_request");
    expectProblem(await post("[".repeat(60_000)), "bad_request");
    expectProblem(await post(`{${Array.from({ length: 5_000 }, (_, index) => `"${index}":1`).join(",")}}`), "bad_request");
    expectProblem(await post(`{"a":"${"x".repeat(65_536)}"}`), "too_large");
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1_000).toBeLessThan(400);
    expectProblem(await post(`{"a":"${"x".repeat(10_000_000)}"}`), "too_large");
  });

  it("is read to its end before a refusal, so that its sender sees it", async () => {
    const large = "x".repeat(4_000_000);
    expectProblem(await anyone("POST", "/api/v1/messages", { raw: large, headers: json }), "unauthenticated");
    expectProblem(await anyone("POST", "/api/v1/nothing", { raw: large, headers: json }), "not_found");
    expectProblem(await anyone("PUT", "/api/v1/users", { raw: large, headers: json }), "bad_request", 405);
  });

  it("that ends early is no harm", async () => {
    const head = `POST /api/v1/auth/guest HTTP/1.1\r\nHost: localhost:${running.port}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length:`;
    expect(await sendRaw(running.port, `${head} 2\r\n\r\n{}`)).toMatch(/^HTTP\/1\.1 201 /);
    expect(await sendRaw(running.port, `${head} 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(running.port, `${head} 2\r\nContent-Length: 3\r\n\r\n{}`)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await anyone("GET", "/livez")).status).toBe(200);
  });

  it("says which field is wrong", async () => {
    const answer = await guest("POST", "/api/v1/commands/notice:mark", { body: { noticeId: { not: "" }, state: "seen" } });
    expectProblem(answer, "bad_request");
    expect(answer.body).toMatchObject({ errors: [{ pointer: "/noticeId", detail: "Invalid input: expected string, received object" }] });
    expect(answer.body).not.toHaveProperty("details");
  });

  it("S72: never reaches a prototype", async () => {
    await post('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}');
    expect(Reflect.get({}, "isAdmin")).toBeUndefined();
  });
});

describe("a query", () => {
  it.each(["?limit=0", "?limit=101", "?limit=1e9", "?limit=-1", "?limit=x", "?limit[]=1", "?limit=1&limit=2", "?filter=nothing", "?filter[contains]=", "?changedSince=yesterday", "?cursor=bm90aGluZw"])("is checked: %s", async (query) => {
    const agent = httpClient(running, (await makeStaff(running)).token);
    expectProblem(await agent("GET", `/api/v1/conversations${query}`), "bad_request");
  });

  it("may hold names that nobody asks for", async () => {
    expect((await guest("GET", "/api/v1/conversations?nothing=%00&limit=1")).status).toBe(200);
  });
});

describe("an origin", () => {
  const own = (): string => `http://127.0.0.1:${running.port}`;

  it("S4: that is not listed is refused everywhere and told nothing", async () => {
    for (const origin of ["https://evil.example", "null", "https://shop.example.evil.com", "https://evilshop.example", "http://shop.example", "https://shop.example:8443", "HTTPS://SHOP.EXAMPLE"]) {
      for (const [method, path] of [["OPTIONS", "/api/v1/messages"], ["POST", "/api/v1/auth/guest"], ["GET", "/api/v1/conversations"], ["DELETE", "/api/v1/waiters/me"]] as const) {
        const answer = await guest(method, path, { headers: { Origin: origin } });
        expectProblem(answer, "forbidden");
        expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      }
      expectProblem(await guest("POST", "/api/v1/commands/heartbeat", { raw: "{}", headers: { Origin: origin, "Content-Type": "text/plain" } }), "forbidden");
    }
  });

  it("that is listed may call and read, without cookies", async () => {
    const asked = await anyone("OPTIONS", "/api/v1/notices/1", { headers: { Origin: "https://shop.example", "Access-Control-Request-Method": "PATCH" } });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(asked.headers.get("access-control-allow-methods")).toContain("PATCH");
    expect(asked.headers.get("access-control-allow-headers")).toMatch(/Authorization/);
    expect(asked.headers.get("access-control-allow-credentials")).toBeNull();
    const answer = await guest("POST", "/api/v1/commands/heartbeat", { headers: { Origin: "https://shop.example" } });
    expect([answer.status, answer.headers.get("access-control-allow-origin"), answer.headers.get("vary")]).toEqual([200, "https://shop.example", "Origin"]);
    const refused = await anyone("GET", "/api/v1/nothing", { headers: { Origin: "https://shop.example" } });
    expect(refused.headers.get("access-control-allow-origin")).toBe("https://shop.example");
  });

  it("of our own needs no permission, and a client that is no browser has none", async () => {
    expect((await guest("POST", "/api/v1/commands/heartbeat", { headers: { Origin: own() } })).status).toBe(200);
    expect((await guest("POST", "/api/v1/commands/heartbeat")).status).toBe(200);
    const asked = await anyone("OPTIONS", "/api/v1/users");
    expect([asked.status, asked.headers.get("allow")]).toEqual([204, "GET, HEAD, POST, OPTIONS"]);
  });

  it("S6: that is not listed gets no polling either", async () => {
    const polling = "/socket.io/?EIO=4&transport=polling";
    for (const method of ["GET", "POST"]) {
      const answer = await anyone(method, polling, { headers: { Origin: "https://evil.example", "Content-Type": "text/plain" } });
      expectProblem(answer, "forbidden");
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
    expectProblem(await anyone("GET", `${polling}&token=x`), "bad_request");
    expect((await anyone("GET", polling)).status).toBe(200);
  });

  it("that is repeated is malformed", async () => {
    const request = `GET /api/v1/users HTTP/1.1\r\nHost: localhost:${running.port}\r\nOrigin: ${own()}\r\nOrigin: https://evil.example\r\n\r\n`;
    expect(await sendRaw(running.port, request)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("an answer", () => {
  it("carries the same headers, whatever it says", async () => {
    for (const path of ["/api/v1/conversations", "/api/v1/nothing", "/livez"]) {
      const { headers } = await guest("GET", path);
      expect(Object.fromEntries(headers)).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "cross-origin-resource-policy": "same-origin",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "x-request-id": expect.any(String),
      });
      expect(headers.has("x-powered-by")).toBe(false);
    }
  });

  it("repeats a well-formed request id and makes one in place of others", async () => {
    expect((await anyone("GET", "/api/v1/nothing", { headers: { "X-Request-Id": "order-17.a_b" } })).body).toMatchObject({ requestId: "order-17.a_b" });
    for (const id of ["a b", "x".repeat(65), "<script>", "é"]) {
      const { headers } = await anyone("GET", "/api/v1/nothing", { headers: { "X-Request-Id": id } });
      expect(headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
    }
  });

  it("to HEAD is that to GET without its body", async () => {
    const [get, head] = [await guest("GET", "/api/v1/conversations"), await guest("HEAD", "/api/v1/conversations")];
    expect([head.status, head.body]).toEqual([200, ""]);
    expect(head.headers.get("content-length")).toBe(get.headers.get("content-length"));
  });

  it("tells nothing of the inside when something fails there", async () => {
    const broken = await startTestNode();
    const admin = httpClient(broken, (await makeStaff(broken, "admin")).token);
    await broken.node.database.pool.query(`drop table "Waiter", "NoticeMark", "Message" cascade`);
    for (const path of ["/waiters", "/notices/11111111-1111-4111-8111-111111111111/receipts", "/conversations/11111111-1111-4111-8111-111111111111"]) {
      const answer = await admin("GET", `/api/v1${path}`);
      if (answer.status !== 404) expectProblem(answer, "internal");
    }
    expectProblem(await admin("GET", "/api/v1/waiters"), "internal");
  });

  it("is measured by route, never by path", async () => {
    const secret = "11111111-1111-4111-8111-111111111111";
    await guest("GET", `/api/v1/conversations/${secret}?x=hidden`);
    await expect.poll(() => running.node.metrics.registry.metrics()).toMatch(/xiaoer_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/conversations\/\{id\}",status="404"\} [1-9]/);
    const metrics = await running.node.metrics.registry.metrics();
    expect(metrics).not.toContain(secret);
    expect(metrics).not.toContain("hidden");
  });
});
