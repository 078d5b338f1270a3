import { createServer, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { type Config, parseConfig } from "#server/config.ts";
import { isDomainError } from "#server/errors.ts";
import { atEnd } from "#server/testing/clean-up.ts";
import { clientAddress, passClientAddress, passedClientAddress } from "./client-address.ts";
import { checkHost, checkOrigin, cookiesCount } from "./origin.ts";

const alone = parseConfig({ PORT: "3000" });
const shop = parseConfig({ PUBLIC_URL: "https://chat.shop.example", ALLOWED_ORIGINS: "https://shop.example,null", TRUST_PROXY: "127.0.0.1,10.0.0.0/8" });

let port = 0;
let look: (req: IncomingMessage) => unknown;

/** A real server, so that repeated and odd headers look as they do in life. */
beforeAll(async () => {
  const server = createServer((req, res) => {
    try {
      res.end(JSON.stringify(look(req)));
    } catch (error) {
      res.end(JSON.stringify(isDomainError(error) ? error.code : String(error)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  atEnd(() => new Promise((resolve) => server.close(() => resolve())));
});

type Sent = { method?: string; path?: string; headers?: Record<string, string | string[]> };

/** What `check` says of such a request. */
async function answerTo(check: (req: IncomingMessage) => unknown, { method = "GET", path = "/", headers = {} }: Sent): Promise<unknown> {
  look = check;
  return new Promise((resolve, reject) => {
    const req = request({ port, host: "127.0.0.1", method, path, headers, agent: false }, (res) => {
      let body = "";
      res.setEncoding("utf8").on("data", (part: string) => (body += part)).on("end", () => resolve(JSON.parse(body)));
    });
    req.on("error", reject).end();
  });
}

const originOf = (config: Config, headers: Sent["headers"] = {}, nullAllowed = false): Promise<unknown> =>
  answerTo((req) => checkOrigin(config, req, { nullAllowed }), { headers });

describe("checkOrigin", () => {
  test.each(["http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"])("without PUBLIC_URL %s is ours", async (origin) => {
    expect(await originOf(alone, { origin, host: new URL(origin).host })).toBe("own");
  });

  test.each([
    "https://evil.example", "http://localhost:3001", "https://localhost:3000", "http://localhost", "http://localhost:3000.evil.example",
    "http://evil-localhost:3000", "http://localhost:3000/", "HTTP://LOCALHOST:3000", "http://0.0.0.0:3000", "null", "", "http://localhost:3000 http://localhost:3000",
  ])("S1, S4: refuses %j", async (origin) => {
    expect(await originOf(alone, { origin })).toBe("forbidden");
  });

  test.each([
    ["https://chat.shop.example", "own"], ["https://shop.example", "listed"], ["http://shop.example", "forbidden"], ["https://a.shop.example", "forbidden"],
    ["https://shop.example.evil.com", "forbidden"], ["https://evilshop.example", "forbidden"], ["https://shop.example:444", "forbidden"], ["http://localhost:3000", "forbidden"],
  ])("with PUBLIC_URL and ALLOWED_ORIGINS %s is %s", async (origin, answer) => {
    expect(await originOf(shop, { origin, host: "chat.shop.example" })).toBe(answer);
  });

  test("S3: lets null pass only where it is listed and a token in the URL is needed", async () => {
    expect(await originOf(shop, { origin: "null" }, true)).toBe("null");
    expect(await originOf(shop, { origin: "null" })).toBe("forbidden");
    expect(await originOf(alone, { origin: "null" }, true)).toBe("forbidden");
  });

  test("S7: refuses two Origin headers and an overlong one", async () => {
    expect(await originOf(alone, { origin: ["http://localhost:3000", "http://localhost:3000"] })).toBe("bad_request");
    expect(await originOf(alone, { origin: `http://${"a".repeat(2_000)}` })).toBe("bad_request");
  });

  test("lets clients without an Origin pass", async () => {
    expect(await originOf(alone)).toBe("absent");
  });
});

describe("cookiesCount", () => {
  const counts = (sent: Sent, config = shop): Promise<unknown> => answerTo((req) => cookiesCount(config, req), sent);
  const host = "chat.shop.example";

  test("for our own pages only", async () => {
    expect(await counts({ method: "POST", headers: { host, origin: "https://chat.shop.example" } })).toBe(true);
    expect(await counts({ method: "POST", headers: { host, origin: "https://shop.example" } })).toBe(false);
  });

  test("S5: not without an Origin", async () => {
    expect(await counts({ headers: { host } })).toBe(false);
    expect(await counts({ method: "POST", headers: { host } })).toBe(false);
    expect(await counts({ method: "POST", headers: { host, "sec-fetch-site": "same-origin" } })).toBe(false);
  });

  test("for reads that the browser says are of the same origin", async () => {
    expect(await counts({ headers: { host, "sec-fetch-site": "same-origin" } })).toBe(true);
    for (const site of ["same-site", "cross-site", "none", "same-origin, same-origin"]) {
      expect(await counts({ headers: { host, "sec-fetch-site": site } })).toBe(false);
    }
  });

  test("among loopback names only for the one that was asked", async () => {
    expect(await counts({ method: "POST", headers: { host: "localhost:3000", origin: "http://localhost:3000" } }, alone)).toBe(true);
    expect(await counts({ method: "POST", headers: { host: "127.0.0.1:3000", origin: "http://127.0.0.1:3000" } }, alone)).toBe(true);
  });
});

describe("checkHost", () => {
  const hostOf = (host: string | string[], config = alone, path = "/"): Promise<unknown> => answerTo((req) => checkHost(config, req) ?? "ok", { path, headers: { host } });

  test.each(["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "LOCALHOST:3000"])("takes %s", async (host) => {
    expect(await hostOf(host)).toBe("ok");
  });

  test.each(["evil.example", "localhost", "localhost:3001", "127.0.0.1:6379", "localhost:3000.evil.example", ""])("S26, S50: refuses %j", async (host) => {
    expect(await hostOf(host)).toBe("bad_request");
  });

  test("takes the public host with and without its port", async () => {
    expect(await hostOf("chat.shop.example", shop)).toBe("ok");
    expect(await hostOf("chat.shop.example:443", shop)).toBe("ok");
    expect(await hostOf("localhost:3000", shop)).toBe("bad_request");
  });

  test("ignores X-Forwarded-Host", async () => {
    expect(await answerTo((req) => checkHost(alone, req) ?? "ok", { headers: { host: "evil.example", "x-forwarded-host": "localhost:3000" } })).toBe("bad_request");
  });

  test("S26: refuses to be a proxy", async () => {
    look = (req) => checkHost(alone, req) ?? "ok";
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => socket.end("GET http://169.254.169.254/ HTTP/1.1\r\nHost: localhost:3000\r\nConnection: close\r\n\r\n"));
      let text = "";
      socket.setEncoding("utf8").on("data", (part: string) => (text += part)).on("close", () => resolve(text));
    });
    expect(answer).toContain("bad_request");
  });
});

describe("clientAddress", () => {
  const addressOf = (headers: Sent["headers"], config = shop): Promise<unknown> => answerTo((req) => clientAddress(config, req), { headers });

  test("is the peer's, in its plain form", async () => {
    expect(await addressOf({})).toBe("127.0.0.1");
    expect(clientAddress(alone, { headersDistinct: {}, socket: { remoteAddress: "::ffff:192.0.2.7" } })).toBe("192.0.2.7");
  });

  test("S28: takes nobody's word but a trusted proxy's", async () => {
    expect(await addressOf({ "x-forwarded-for": "1.2.3.4" }, alone)).toBe("127.0.0.1");
    expect(await addressOf({ "x-forwarded-for": "1.2.3.4" })).toBe("1.2.3.4");
  });

  test("S28: stops at the first hop that no proxy of ours wrote", async () => {
    expect(await addressOf({ "x-forwarded-for": "6.6.6.6, 1.2.3.4, 10.1.2.3" })).toBe("1.2.3.4");
    expect(await addressOf({ "x-forwarded-for": ["6.6.6.6", "1.2.3.4"] })).toBe("1.2.3.4");
    expect(await addressOf({ "x-forwarded-for": "1.2.3.4, junk" })).toBe("127.0.0.1");
    expect(await addressOf({ "x-forwarded-for": "::FFFF:1.2.3.4" })).toBe("1.2.3.4");
    expect(await addressOf({ "x-forwarded-for": "" })).toBe("127.0.0.1");
  });

  test("reaches the pages over what the client claims", async () => {
    const passed = await answerTo((req) => {
      passClientAddress(alone, req);
      return passedClientAddress(req.headers);
    }, { headers: { "x-client-address": "6.6.6.6", "x-forwarded-for": "6.6.6.6" } });
    expect(passed).toBe("127.0.0.1");
    expect(passedClientAddress({ "x-client-address": "x".repeat(5_000) })).toBe("");
  });
});
