import { randomUUID } from "node:crypto";
import { connect as openLine } from "node:net";

import SockJsClient from "sockjs-client";
import { beforeAll, describe, expect, it } from "vitest";

import { connect as connectBrowser, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { expectProblem, type HttpAnswer, httpClient, sendRaw } from "#server/testing/http-client.ts";
import { sessionCookie } from "#server/testing/identities.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { openStomp, stompPath, writeFrame } from "#server/testing/stomp-client.ts";
import { openSocket } from "#server/testing/web-socket.ts";

const listed = "https://shop.example";
let node: TestNode;
let token: string;

beforeAll(async () => {
  node = await startTestNode({ ALLOWED_ORIGINS: `${listed},null` });
  ({ token } = await makeGuest(node));
});

type Options = { readonly raw?: string; readonly headers?: Record<string, string> };

function call(method: string, path: string, { raw, headers = {} }: Options = {}): Promise<HttpAnswer> {
  return httpClient(node)(method, `${stompPath}${path}`, { headers, ...(raw === undefined ? {} : { raw }) });
}

function sessionPath(): string {
  return `/000/${randomUUID()}`;
}

const routes = (): [string, string][] => {
  const session = sessionPath();
  return [
    ["GET", ""], ["GET", "/"], ["GET", "/info"], ["OPTIONS", "/info"], ["GET", "/iframe.html"], ["GET", "/iframe-1.6.1.html"], ["GET", "/sockjs.min.js"],
    ["POST", `${session}/xhr`], ["POST", `${session}/xhr_streaming`], ["GET", `${session}/eventsource`], ["POST", `${session}/xhr_send`],
    ["OPTIONS", `${session}/xhr`], ["OPTIONS", `${session}/xhr_streaming`], ["OPTIONS", `${session}/xhr_send`],
  ];
};

describe("an origin", () => {
  it.each(routes())("that is not listed is refused at %s %s, and named to nobody (S6)", async (method, path) => {
    for (const origin of ["https://evil.example", "https://shop.example.evil.example", "http://shop.example", "null"]) {
      const headers = { Origin: origin, cookie: await sessionCookie(node, await makeStaff(node)), "Access-Control-Request-Headers": "x-anything" };
      const answer = await call(method, path, { headers });
      expectProblem(answer, "forbidden");
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  it.each(routes().filter(([, path]) => !/streaming|eventsource/.test(path)))("that is listed is named exactly at %s %s", async (method, path) => {
    const answer = await call(method, path, { headers: { Origin: listed, "Access-Control-Request-Headers": "x-anything" } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(listed);
    expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
    expect(answer.headers.get("access-control-allow-headers") ?? "").not.toContain("anything");
    expect(answer.headers.get("vary")).toBe("Origin");
  });

  it.each([["POST", "xhr_streaming"], ["GET", "eventsource"]] as const)("that is listed is named exactly on a stream: %s %s", async (method, transport) => {
    const request = `${method} ${stompPath}${sessionPath()}/${transport} HTTP/1.1\r\nHost: localhost:${node.port}\r\nOrigin: ${listed}\r\nContent-Length: 0\r\n\r\n`;
    const answer = await sendRaw(node.port, request, /o\r?\n/);
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
    expect(answer).toContain(`Access-Control-Allow-Origin: ${listed}\r\n`);
    expect(answer.match(/access-control-allow-origin/gi)).toHaveLength(1);
  });

  it("that is not said allows no page to read, and one that a foreign page hides is refused", async () => {
    const answer = await call("GET", "/info");
    expect(answer).toMatchObject({ status: 200, body: { websocket: true, cookie_needed: false, entropy: expect.any(Number) } });
    expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    expectProblem(await call("POST", `${sessionPath()}/xhr`, { headers: { "Sec-Fetch-Site": "cross-site" } }), "forbidden");
    expectProblem(await call("GET", "/info", { headers: { "Sec-Fetch-Site": "same-site" } }), "forbidden");
  });

  it("null passes where it is listed, with a token in the address", async () => {
    const answer = await call("GET", `/info?token=${token}`, { headers: { Origin: "null" } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe("null");
  });
});

describe("an address", () => {
  it("that SockJS does not have is not found; transports that a script tag could use are not offered", async () => {
    const session = sessionPath();
    for (const path of [`${session}/jsonp?c=x`, `${session}/htmlfile?c=x`, `${session}/nothing`, "/a.b/c/xhr", "//xhr", "/chunking_test"]) {
      expectProblem(await call("GET", path), "not_found");
    }
    expectProblem(await call("POST", `${session}/jsonp_send`, { raw: "d=[]" }), "not_found");
  });

  it("knows its method alone", async () => {
    const answer = await call("GET", `${sessionPath()}/xhr`);
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("POST, OPTIONS");
    expect((await call("DELETE", "/info")).status).toBe(405);
  });

  it("beside it is left to others", async () => {
    expect((await httpClient(node)("GET", `${stompPath}s`)).status).toBe(404);
    await expect(openSocket(node, `${stompPath}x`)).rejects.toThrow(/404/);
    await expect(openSocket(node, `${stompPath}/info`)).rejects.toThrow(/404/);
  });

  it("of the frame loads its script from here, and only our own pages may show it", async () => {
    const page = await call("GET", "/iframe.html");
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(String(page.body)).toContain('<script src="sockjs.min.js"></script>');
    expect(String(page.body)).not.toMatch(/https?:/);
    expect(page.headers.get("content-security-policy")).toMatch(/frame-ancestors 'self'$/);
    const script = await call("GET", "/sockjs.min.js");
    expect(script.headers.get("content-type")).toMatch(/^text\/javascript/);
    expect(String(script.body)).toContain("sockjs-client v1.6.1");
  });

  it("for another host is refused", async () => {
    expect(await sendRaw(node.port, `GET ${stompPath}/info HTTP/1.1\r\nHost: evil.example\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400/);
  });
});

describe("a session over HTTP", () => {
  /** Begins a session and connects; answers its address. */
  async function begin(headers: Record<string, string> = {}, connect: Record<string, string> = { token }): Promise<string> {
    const session = sessionPath();
    expect((await call("POST", `${session}/xhr`, { headers })).body).toBe("o\n");
    const raw = JSON.stringify([writeFrame("CONNECT", { "accept-version": "1.2", ...connect })]);
    expect((await call("POST", `${session}/xhr_send`, { headers, raw })).status).toBe(204);
    expect(String((await call("POST", `${session}/xhr`, { headers })).body)).toMatch(/^a\["CONNECTED/);
    return session;
  }

  it("opens with the first poll, takes texts, and gives what is there with the next", async () => {
    const session = await begin();
    const raw = JSON.stringify([writeFrame("SUBSCRIBE", { id: "1", destination: "/topic/notices", receipt: "a" }), writeFrame("ACK", { id: "1", receipt: "b" })]);
    expect((await call("POST", `${session}/xhr_send`, { raw })).status).toBe(204);
    const answer = await call("POST", `${session}/xhr`);
    expect(answer.headers.get("content-type")).toBe("application/javascript; charset=UTF-8");
    expect(String(answer.body)).toMatch(/^a\["RECEIPT/);
  });

  it("takes a list of texts and nothing else", async () => {
    const session = await begin();
    for (const raw of ["", "x", "{}", "[1]", "[null]", `[["x"]]`, "[", "1"]) expectProblem(await call("POST", `${session}/xhr_send`, { raw }), "bad_request");
    expectProblem(await call("POST", `${session}/xhr_send`, { raw: "[]" }), "bad_request");
    expectProblem(await call("POST", `${session}/xhr_send`, { raw: JSON.stringify(["x".repeat(1_000_000)]) }), "too_large");
  });

  it("that there is not takes nothing", async () => {
    expectProblem(await call("POST", `${sessionPath()}/xhr_send`, { raw: `["x"]` }), "not_found");
  });

  it("ends after an ERROR, with its code", async () => {
    const session = sessionPath();
    await call("POST", `${session}/xhr`);
    await call("POST", `${session}/xhr_send`, { raw: JSON.stringify(["HELLO\n\n\0"]) });
    expect(String((await call("POST", `${session}/xhr`)).body)).toMatch(/^a\["ERROR.*bad_request/);
    expect((await call("POST", `${session}/xhr`)).body).toBe('c[1002,"bad_request"]\n');
    expect((await call("POST", `${session}/xhr`)).body).toBe('c[1002,"bad_request"]\n');
  });

  it("belongs to whoever opened it: its id leads nobody else in (S20)", async () => {
    const session = sessionPath();
    const held = call("POST", `${session}/xhr?token=${token}`);
    expect((await held).body).toBe("o\n");
    const other = (await makeGuest(node)).token;
    for (const query of ["", `?token=${other}`]) expectProblem(await call("POST", `${session}/xhr_send${query}`, { raw: `["x"]` }), "not_found");
    expectProblem(await call("POST", `${session}/xhr_send?token=${token}`, { raw: `["x"]`, headers: { "User-Agent": "another" } }), "not_found");
    const staff = await makeStaff(node);
    const own = { Origin: node.node.config.publicUrl };
    const mine = { ...own, cookie: await sessionCookie(node, staff) };
    const begun = await begin(mine, {});
    expect((await call("POST", `${begun}/xhr_send`, { headers: { ...own, cookie: await sessionCookie(node, staff) }, raw: `["\\n"]` })).status).toBe(204);
    for (const headers of [own, { ...own, cookie: await sessionCookie(node, await makeStaff(node)) }]) {
      expectProblem(await call("POST", `${begun}/xhr_send`, { headers, raw: `["\\n"]` }), "not_found");
      expectProblem(await call("POST", `${begun}/xhr`, { headers }), "not_found");
    }
  });

  it("lets only one response wait", async () => {
    const session = await begin();
    const first = openLine(node.port, "localhost");
    first.write(`POST ${stompPath}${session}/xhr_streaming HTTP/1.1\r\nHost: localhost:${node.port}\r\nUser-Agent: node\r\nContent-Length: 0\r\n\r\n`);
    await new Promise((resolve) => first.once("data", resolve));
    expect((await call("POST", `${session}/xhr`)).body).toBe('c[2010,"Another connection still open"]\n');
    first.destroy();
  });

  it("of a page that goes away ends at once, and presence knows", async () => {
    const guest = await makeGuest(node);
    const admin = await connectBrowser(node, await makeStaff(node, "admin"));
    await admin.call("presence:watch", {});
    const client = new SockJsClient(`${node.url.replace("127.0.0.1", "localhost")}${stompPath}`, undefined, { transports: ["xhr-streaming"] });
    client.onopen = () => client.send(writeFrame("CONNECT", { "accept-version": "1.2", token: guest.token }));
    await admin.next("presence:changed", ({ joined }) => joined.some(({ userId }) => userId === guest.user.id));
    client.close();
    await admin.next("presence:changed", ({ updated }) => updated.some(({ userId, sessions }) => userId === guest.user.id && sessions === 0));
    expect(node.node.sessions.ofUser(guest.user.id)).toEqual([]);
  });

  it("of a client that stops asking ends within seconds", async () => {
    const guest = await makeGuest(node);
    await begin({}, { token: guest.token });
    expect(node.node.sessions.ofUser(guest.user.id)).toHaveLength(1);
    await expect.poll(() => node.node.sessions.ofUser(guest.user.id).length, { timeout: 10_000, interval: 200 }).toBe(0);
  });

  it("gets a stream anew before it could be dead unnoticed", async () => {
    const guest = await makeGuest(node);
    const session = await begin({}, { token: guest.token });
    const answer = await call("POST", `${session}/xhr_streaming`);
    expect(String(answer.body)).toMatch(/^h{2048}\n(h\n)+$/);
    expect(node.node.sessions.ofUser(guest.user.id)).toHaveLength(1);
  });

  it("is not begun while the node stops", async () => {
    const other = await startTestNode();
    other.node.draining = true;
    expectProblem(await httpClient(other)("POST", `${stompPath}${sessionPath()}/xhr`), "unavailable");
    other.node.draining = false;
  });
});

describe("SockJS over a WebSocket", () => {
  it("greets, takes texts and lists of texts, and says how it ends", async () => {
    const client = await openSocket(node, `${stompPath}/000/abcdefgh/websocket`);
    expect(await client.next(() => true)).toBe("o");
    client.send(JSON.stringify(writeFrame("CONNECT", { "accept-version": "1.2", token })));
    expect(await client.next((frame) => frame.startsWith("a"))).toMatch(/^a\["CONNECTED/);
    client.send("");
    client.send(JSON.stringify(["BAD\n", "\n\0"]));
    expect(await client.next((frame) => frame.startsWith("c"))).toBe('c[1002,"bad_request"]');
    expect((await client.closed).code).toBe(1002);
  });

  it.each(["{", "[1]", "{}", "null", '[["x"]]'])("ends over the broken framing %s", async (frame) => {
    const client = await openSocket(node, `${stompPath}/000/abcdefgh/websocket`);
    client.send(frame);
    expect((await client.closed).code).toBe(3000);
  });
});

describe("a stranger", () => {
  it("may open only so many lines at once from one address", async () => {
    const other = await startTestNode({ RATE_LIMIT_EXEMPT: "" });
    const lines = await Promise.all(Array.from({ length: 105 }, () => openStomp(other)));
    const refused = await Promise.all(lines.slice(-5).map(({ closed }) => closed));
    expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => 4429));
    expectProblem(await httpClient(other)("POST", `${stompPath}${sessionPath()}/xhr`), "rate_limited");
  });
});
