import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request as requestTls } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";

import { beforeAll, describe, expect, it } from "vitest";

import { atEnd } from "#server/testing/clean-up.ts";

import { type Nginx, openNginx } from "./nginx.ts";
import { stablePort } from "./ports.ts";

/** A node that tells what it was asked; `status` makes it refuse. */
type Answering = { readonly port: number; status: number; server: Server };

let nginx: Nginx;
let certificate: string;
let nodes: Answering[] = [];
/** What all nodes were asked, in order. */
const asked: { path: string; headers: IncomingHttpHeaders; method: string }[] = [];

async function startNode(): Promise<Answering> {
  const port = await stablePort();
  const node: Answering = { port, status: 200, server: createServer(answer) };
  function answer({ url = "", headers, method = "" }: IncomingMessage, res: ServerResponse): void {
    asked.push({ path: url, headers, method });
    res.writeHead(node.status, { "Content-Type": "text/plain" }).end(String(port));
  }
  node.server.on("upgrade", (req, socket) => {
    asked.push({ path: req.url ?? "", headers: req.headers, method: "GET" });
    socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  });
  await new Promise<void>((resolve) => node.server.listen(port, "127.0.0.1", resolve));
  atEnd(async () => void node.server.close());
  return node;
}

type Options = { readonly localAddress?: string; readonly headers?: Record<string, string>; readonly method?: string; readonly body?: string };

/** Asks the site over TLS, as a browser that trusts its certificate. */
function ask(path: string, { localAddress, headers = {}, method = "GET", body = "" }: Options = {}): Promise<{ status: number; text: string; upgraded: boolean }> {
  return new Promise((resolve, reject) => {
    const sent = requestTls({
      host: "127.0.0.1", port: nginx.tlsPort, path, method, ca: certificate, servername: "chat.example.com", agent: false,
      headers: { Host: "chat.example.com", ...headers }, ...(localAddress === undefined ? {} : { localAddress }),
    });
    sent.on("response", (res) => {
      let text = "";
      res.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      res.on("end", () => resolve({ status: res.statusCode ?? 0, text, upgraded: false }));
    });
    sent.on("upgrade", (res, socket) => {
      socket.destroy();
      resolve({ status: res.statusCode ?? 0, text: "", upgraded: true });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "xn-"));
  nodes = await Promise.all([startNode(), startNode(), startNode()]);
  nginx = await openNginx(folder, { nodes: nodes.map(({ port }) => port) });
  certificate = await readFile(nginx.certificate, "utf8");
  atEnd(async () => {
    await nginx.end();
    await rm(folder, { recursive: true, force: true });
  });
});

describe("the configuration of nginx", () => {
  it("sends plain HTTP to the site, whatever host it names", async () => {
    const location = await new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port: nginx.redirectPort, path: "/console?a=b", headers: { Host: "evil.example.test" } }, (res) => resolve([res.statusCode, res.headers.location]));
      sent.on("error", reject);
      sent.end();
    });
    expect(location).toEqual([308, "https://chat.example.com/console?a=b"]);
  });

  it("speaks TLS 1.2 and 1.3 and nothing older", async () => {
    const speak = (version: "TLSv1.1" | "TLSv1.2" | "TLSv1.3") => new Promise<string>((resolve) => {
      const socket = connectTls({ host: "127.0.0.1", port: nginx.tlsPort, ca: certificate, servername: "chat.example.com", minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" });
      socket.once("secureConnect", () => {
        resolve(socket.getProtocol() ?? "");
        socket.destroy();
      });
      socket.once("error", () => resolve("refused"));
    });
    expect([await speak("TLSv1.1"), await speak("TLSv1.2"), await speak("TLSv1.3")]).toEqual(["refused", "TLSv1.2", "TLSv1.3"]);
  });

  it("speaks HTTP/2", async () => {
    const session = connectHttp2(`https://127.0.0.1:${String(nginx.tlsPort)}`, { ca: certificate, servername: "chat.example.com" });
    const status = await new Promise((resolve, reject) => {
      session.on("error", reject);
      session.request({ ":path": "/", ":authority": "chat.example.com" }).on("response", (headers) => resolve(headers[":status"]));
    });
    session.close();
    expect(status).toBe(200);
  });

  it("brings whoever comes from one address to one node, and spreads addresses over all", async () => {
    const from = async (n: number) => (await ask("/", { localAddress: `127.0.0.${String(n + 2)}` })).text;
    expect(new Set([await from(1), await from(1), await from(1)]).size).toBe(1);
    const all = await Promise.all(Array.from({ length: 40 }, (_, n) => from(n)));
    expect(new Set(all).size).toBe(3);
  });

  it("brings whoever asks for another node to another, always to the same", async () => {
    const trying = async (n: number) => (await ask(`/socket.io/?EIO=4&try=${String(n)}`, { localAddress: "127.0.0.3" })).text;
    const all = await Promise.all(Array.from({ length: 12 }, (_, n) => trying(n + 1)));
    expect(new Set(all).size).toBe(3);
    expect(await Promise.all(all.map((_, n) => trying(n + 1)))).toEqual(all);
  });

  it("writes anew what clients say of their address, and takes away what is none of their business", async () => {
    const forged = {
      "X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example.test", "X-Real-IP": "1.2.3.4", Forwarded: "for=1.2.3.4",
      "X-Middleware-Subrequest": "middleware", "Next-Action": "x", "X-Client-Address": "1.2.3.4", Proxy: "http://evil.example.test", Via: "1.1 x",
    };
    await ask("/", { localAddress: "127.0.0.9", headers: { ...forged, "X-Kept": "yes" } });
    const { headers = {} } = asked.at(-1) ?? {};
    expect(headers).toMatchObject({ "x-forwarded-for": "127.0.0.9", "x-forwarded-proto": "https", host: "chat.example.com", "x-kept": "yes" });
    const gone = ["x-forwarded-host", "x-real-ip", "forwarded", "x-middleware-subrequest", "next-action", "x-client-address", "proxy", "via"];
    expect(gone.filter((name) => name in headers)).toEqual([]);
  });

  it("hands upgrades on", async () => {
    const answer = await ask("/socket.io/?EIO=4&transport=websocket", { headers: { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==" } });
    expect(answer).toMatchObject({ status: 101, upgraded: true });
    expect(asked.at(-1)?.headers).toMatchObject({ upgrade: "websocket", connection: "upgrade" });
  });

  it("asks another node when one says that it starts or stops, but sends nothing twice that may have been done", async () => {
    const { text } = await ask("/", { localAddress: "127.0.0.20" });
    const busy = nodes.find(({ port }) => String(port) === text);
    if (busy === undefined) throw new Error("no node answered");
    busy.status = 503;
    const posted = await ask("/api/v1/commands/message:send", { localAddress: "127.0.0.20", method: "POST", body: "{}" });
    expect(posted.status).toBe(503);
    const got = await ask("/", { localAddress: "127.0.0.20" });
    expect(got).toMatchObject({ status: 200 });
    expect(got.text).not.toBe(text);
    busy.status = 200;
  });

  it("refuses what is larger than a node would read", async () => {
    expect((await ask("/api/v1/attachments", { method: "POST", headers: { "Content-Length": "17000000" } }).catch(() => ({ status: 413 }))).status).toBe(413);
  });

  it("keeps to itself what is for those who watch the nodes", async () => {
    expect([(await ask("/metrics")).status, (await ask("/readyz")).status]).toEqual([404, 404]);
  });

  it("writes no query into its log", async () => {
    await ask("/rayim?rayAccessToken=secret-of-somebody");
    const log = join(nginx.certificate, "..", "access.log");
    await expect.poll(() => readFile(log, "utf8"), { timeout: 5_000 }).toContain("/rayim");
    expect(await readFile(log, "utf8")).not.toContain("secret-of-somebody");
  });
});
