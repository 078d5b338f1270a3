import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";

import { makeGuest, makeStaff } from "#server/testing/clients.ts";
import { sendRaw } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

import { routes } from "./routes.ts";

let running: TestNode;
let tokens: string[];

beforeAll(async () => {
  running = await startTestNode();
  tokens = [(await makeGuest(running)).token, (await makeStaff(running)).token, (await makeStaff(running, "admin")).token];
});

/* Visible ASCII and bytes above it, without what ends a line: anything else is for Node's own parser. */
const field = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCodePoint(code)), maxLength: 60 }).map((text) => text.replaceAll("\u007f", ""));
const ids = fc.constantFrom("11111111-1111-4111-8111-111111111111", "me", "1", "__proto__", "%00", "..%2f", "%E0%A4%A", "message:send", "notice:list", "conversation:sync", "a".repeat(300));
// Without logout, after which nobody would be let in any more.
const targets = routes.filter(({ pattern }) => !pattern.endsWith("/logout"));
const anyPath = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...targets), ids).map(([{ pattern }, id]) => pattern.replaceAll(/\{\w+\}/g, () => id)) },
  { weight: 1, arbitrary: field.map((text) => `/api/v1/${text.replaceAll(" ", "%20")}`) },
);
const query = fc.option(fc.constantFrom("?limit=0", "?limit=10&cursor=%00", "?cursor=bm90aGluZw", "?id[]=1", "?a=1&a=2", "?%", "?before=1&after=2", "?userId=%F0%9F%98%80", "?token=x&size=thumb", "??=&&"), { nil: "" });
const awkward = fc.constantFrom<unknown>(null, true, -0, 1e308, 2 ** 53 + 2, "", " ", "\u0000", "\ud800", "x".repeat(5_000), [], {}, [[]], { "": "" }, "11111111-1111-4111-8111-111111111111", "2026-01-01T00:00:00.000Z");
const names = fc.constantFrom("email", "password", "name", "locale", "identity", "to", "type", "content", "clientMsgId", "conversationId", "kind", "text", "attachmentIds", "title", "body", "level", "audience", "role", "after", "limit", "noticeId", "state", "userIds", "__proto__", "constructor");
const bodies = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(names, fc.oneof(awkward, fc.dictionary(names, awkward), fc.array(awkward, { maxLength: 3 }), fc.constantFrom("text", "image", "note", "agent", "info", "everyone", "seen"))).map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: field },
);
const header = fc.oneof(
  fc.constantFrom("Content-Encoding: gzip", "Content-Encoding: identity", "Origin: null", "Origin: http://[", "Sec-Fetch-Site: cross-site", "X-Request-Id: ok", "Authorization: Bearer", "Cookie: next-auth.session-token=x", "Cookie: =;;=", "If-None-Match: *", "Expect: 100-continue", "Content-Type: multipart/form-data; boundary=x", "Content-Type: application/json; charset=", "Next-Action: x", "Range: bytes=0-0"),
  fc.tuple(fc.constantFrom("Origin", "Cookie", "X-Request-Id", "X-Forwarded-For", "Accept", "If-None-Match"), field).map(([name, value]) => `${name}: ${value}`),
);

/** The head of an answer that is not only a permission to go on. */
const answered = /HTTP\/1\.1 ([2-5]\d\d) [\s\S]*?\r\n\r\n/;

it("answers whatever is sent, never with an internal error", async () => {
  const requests = fc.record({
    method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"),
    path: anyPath, query, body: bodies,
    token: fc.integer({ min: -1, max: 2 }),
    headers: fc.array(header, { maxLength: 3 }),
  });
  await fc.assert(fc.asyncProperty(requests, async ({ method, path, query: asked, body, token, headers }) => {
    const sends = method !== "GET" && method !== "HEAD";
    const bytes = Buffer.from(body, "latin1");
    const lines = [
      `${method} ${path}${asked} HTTP/1.1`, `Host: localhost:${running.port}`, "Connection: close",
      ...(tokens[token] === undefined ? [] : [`Authorization: Bearer ${tokens[token]}`]),
      ...(sends ? [`Content-Length: ${bytes.length}`, "Content-Type: application/json"] : []),
      ...headers,
    ];
    const answer = await sendRaw(running.port, Buffer.from(`${lines.join("\r\n")}\r\n\r\n${sends ? bytes.toString("latin1") : ""}`, "latin1"), answered);
    const status = answered.exec(answer)?.[1];
    expect(status, answer).toMatch(/^[234]\d\d$/);
  }), { numRuns: 2_000 });
  expect((await fetch(`${running.url}/livez`)).status).toBe(200);
});
