import { connect as openTcp } from "node:net";

import { beforeAll, describe, expect, it } from "vitest";

import { makeGuest, makeStaff } from "#server/testing/clients.ts";
import { expectProblem, httpClient, sendRaw } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

import { routes } from "./routes.ts";

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

const host = (): string => `Host: localhost:${node.port}\r\n`;
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);

/** Sends one character a second and answers after how long the server hung up. */
function trickle(text: string): Promise<number> {
  const begun = performance.now();
  return new Promise((resolve) => {
    let sent = 0;
    const tcp = openTcp(node.port, "127.0.0.1", () => tcp.write(text.charAt(0)));
    const writing = setInterval(() => tcp.write(text.charAt((sent += 1)) || "a"), 1_000);
    tcp.on("error", () => {});
    tcp.resume().once("close", () => {
      clearInterval(writing);
      resolve(performance.now() - begun);
    });
  });
}

describe("a client", () => {
  it("S22 that trickles its headers is gone within ten seconds", async () => {
    const times = await Promise.all([trickle("GET / HTTP/1.1\r\n"), trickle("GET /ws?token=x HTTP/1.1\r\n"), trickle("POST /api/v1/auth/login HTTP/1.1\r\n")]);
    for (const ms of times) {
      // What the machine is late is not the server's: it looks twice a second for what is nine seconds old.
      expect(ms).toBeGreaterThan(8_000);
      expect(ms).toBeLessThan(12_000);
    }
  });
});

describe("a method", () => {
  it("S60 that an address does not know is 405 everywhere", async () => {
    const paths = [...new Set(routes.map(({ pattern }) => pattern.replaceAll(/\{\w+\}/g, "11111111-1111-4111-8111-111111111111"))), "/livez", "/v1/chat/http", "/console", "/"];
    for (const path of paths) {
      expect([path, statusOf(await sendRaw(node.port, `TRACE ${path} HTTP/1.1\r\n${host()}\r\n`))]).toEqual([path, 405]);
    }
    for (const route of routes.filter(({ method }) => method === "GET")) {
      const path = route.pattern.replaceAll(/\{\w+\}/g, "11111111-1111-4111-8111-111111111111");
      const knowsPut = routes.some(({ method, pattern }) => method === "PUT" && pattern === route.pattern);
      if (!knowsPut) expectProblem(await httpClient(node)("PUT", path), "bad_request", 405);
    }
    expect(statusOf(await sendRaw(node.port, `CONNECT shop.example:443 HTTP/1.1\r\n${host()}\r\n`))).toBe(405);
    expect(statusOf(await sendRaw(node.port, `CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n`))).toBe(405);
  });
});

describe("a path", () => {
  it("S63 that leads elsewhere reads nothing", async () => {
    const { token } = await makeStaff(node, "admin");
    const steps = ["..%2f..%2fetc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%252e%252e%252fetc%252fpasswd", "..%5c..%5cetc%5cpasswd", "..\\..\\etc\\passwd", "%00", "x%00.png", "%2fetc%2fpasswd", "/etc/passwd", "....//etc/passwd", "%c0%ae%c0%ae/etc/passwd"];
    for (const folder of ["/api/v1/attachments/", "/api/v1/docs/", "/files/", "/v1/", "/endpoint-websocket/", "/_next/static/"]) {
      for (const step of steps) {
        const answer = await sendRaw(node.port, `GET ${folder}${step} HTTP/1.1\r\n${host()}Authorization: Bearer ${token}\r\nConnection: close\r\n\r\n`, /\r\n\r\n[^]*\0never/);
        expect([folder, step, statusOf(answer)]).toEqual([folder, step, expect.toSatisfy((status: number) => status === 404 || status === 400)]);
        expect(answer).not.toMatch(/root:|"name": "xiaoer"/);
      }
    }
  });

  it("S64 to what is for machines and for developers is closed to others", async () => {
    const outside = { headers: { "X-Forwarded-For": "203.0.113.7" } };
    expectProblem(await httpClient(node)("GET", "/metrics", outside), "forbidden");
    expectProblem(await httpClient(node, "wrong")("GET", "/metrics", outside), "forbidden");
    for (const path of ["/healthz", "/.env", "/.env.local", "/.git/config", "/.git/HEAD", "/package.json", "/dist/index.js", "/dist/index.js.map", "/data/secrets/auth-secret", "/server/index.ts", "/prisma/schema.prisma"]) {
      expect([path, (await httpClient(node)("GET", path)).status]).toEqual([path, 404]);
    }
  });
});

describe("a query", () => {
  it("S66 with operators, lists or repeats is refused at every list", async () => {
    const admin = httpClient(node, (await makeStaff(node, "admin")).token);
    const lists = ["/conversations", "/sessions", "/notices"];
    for (const path of lists) {
      for (const query of ["id[]=1", "id[not]=", "limit[gt]=1", "cursor[contains]=", "limit=1&limit=2", "cursor=a&cursor=b", "limit=%7B%22gt%22%3A1%7D", "cursor=%7B%22not%22%3A%22%22%7D", "limit='%20or%201=1"]) {
        expectProblem(await admin("GET", `/api/v1${path}?${query}`), "bad_request");
      }
    }
    for (const query of ["role=' or 1=1--", "role={\"not\":\"\"}", "userId=' or ''='", "id=1;drop table \"User\""]) expectProblem(await admin("GET", `/api/v1/sessions?${encodeURI(query)}`), "bad_request");
  });
});

describe("a guest", () => {
  it("S35 and an agent may keep no notices, accounts, keys or webhooks, and see none", async () => {
    const clients = [httpClient(node, (await makeGuest(node)).token), httpClient(node, (await makeStaff(node)).token)];
    for (const client of clients) {
      for (const path of ["/notices", "/users", "/api-keys", "/webhooks"]) {
        for (const method of ["GET", "POST"]) expectProblem(await client(method, `/api/v1${path}`, method === "GET" ? {} : { body: {} }), "forbidden");
      }
      expectProblem(await client("POST", "/api/v1/push", { body: { to: { everyone: true }, type: "x", content: 1 } }), "forbidden");
    }
  });
});
