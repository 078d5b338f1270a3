import { randomUUID } from "node:crypto";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { default as addFormats } from "ajv-formats";
import { decodeJwt, SignJWT } from "jose";
import { encode } from "next-auth/jwt";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";

import { commands } from "#protocol/commands.ts";
import { madeApiKey, madeWebhook, webhookDelivery } from "#protocol/developers.ts";
import { gatewayTokenAnswer, grant, madeStaffUser } from "#protocol/http.ts";
import { errors } from "#protocol/errors.ts";
import { listOf, problem } from "#protocol/http-answers.ts";
import { attachment, notice } from "#protocol/objects.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { type HttpAnswer, httpClient, read } from "#server/testing/http-client.ts";
import { makeTestSettings, startTestNodeOn, type TestNode } from "#server/testing/node.ts";
import { makePicture } from "#server/testing/pictures.ts";
import { startReceiver } from "#server/testing/receiver.ts";

const operation = z.looseObject({
  operationId: z.string(),
  responses: z.record(z.string(), z.looseObject({ content: z.optional(z.record(z.string(), z.unknown())) })),
  security: z.optional(z.array(z.looseObject({}))),
});
const documentShape = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), operation)), components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }) });

let running: TestNode;
let document: z.infer<typeof documentShape>;
let ajv: Ajv2020;
/** The operations that succeeded once, each with its status. */
const seen = new Map<string, number>();

beforeAll(async () => {
  running = await startTestNodeOn(await makeTestSettings(), undefined, { mayCall: () => true });
  document = read(await httpClient(running)("GET", "/api/v1/openapi.json"), documentShape);
  ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(Object(close(document)), "api");
});

/* Whatever the document does not name must not come either. */
function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== "object" || value === null) return value;
  const closed = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, close(part)]));
  return "properties" in closed && closed["type"] === "object" && !("additionalProperties" in closed) ? { ...closed, additionalProperties: false } : closed;
}

const pointer = (...parts: string[]) => parts.map((part) => `/${encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");

/** Checks an answer by the document, under the place that it names: `POST /api/v1/users`. */
function check(place: string, answer: HttpAnswer): HttpAnswer {
  const [method = "", path = ""] = place.split(" ");
  const described = document.paths[path]?.[method.toLowerCase()];
  const responses = described?.responses ?? {};
  expect(Object.keys(responses), place).toContain(String(answer.status));
  if (answer.status < 300) seen.set(described?.operationId ?? "", answer.status);
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  const media = answer.status >= 400 ? "application/problem+json" : Object.keys(responses[String(answer.status)]?.content ?? {})[0];
  if (media === undefined) expect(answer.body, place).toBe("");
  else expect(type.split("/").every((part, index) => ["*", part].includes(media.split("/")[index] ?? "")), `${place}: ${type}`).toBe(true);
  if (media?.endsWith("json") !== true) return answer;
  const schema = answer.status >= 400 ? pointer("components", "responses", "Problem", "content", media, "schema") : pointer("paths", path, method.toLowerCase(), "responses", String(answer.status), "content", media, "schema");
  const validate = ajv.compile({ $ref: `api#${schema}` });
  const right = validate(answer.body);
  expect({ place, errors: right ? null : validate.errors }).toEqual({ place, errors: null });
  return answer;
}

type Call = (place: string, options?: { ids?: Record<string, string>; query?: string; body?: unknown; raw?: BodyInit; headers?: Record<string, string> }) => Promise<HttpAnswer>;

function caller(token: string | null): Call {
  const client = httpClient(running, token);
  return async (place, { ids = {}, query = "", ...options } = {}) => {
    const [method = "", pattern = ""] = place.split(" ");
    return check(place, await client(method, pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "") + query, options));
  };
}

describe("the document", () => {
  it("is OpenAPI 3.1 by its meta-schema", async () => {
    const validator = new Validator();
    const { valid, errors: found } = await validator.validate(structuredClone(document));
    expect({ valid, found }).toEqual({ valid: true, found: undefined });
    expect(validator.version).toBe("3.1");
    expect(() => validator.resolveRefs()).not.toThrow();
  });

  it("names each operation once, by verb and noun", () => {
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+([A-Z][a-z]+)+$/);
  });

  it("has every command that needs no live session, and every code", () => {
    const described = Object.keys(document.paths).filter((path) => path.startsWith("/api/v1/commands/")).map((path) => path.slice("/api/v1/commands/".length));
    expect(described.toSorted()).toEqual(Object.entries(commands).filter(([, { live }]) => !live).map(([name]) => name).toSorted());
    expect(problem.shape.code.options.toSorted()).toEqual(Object.keys(errors).toSorted());
  });

  it("says where a key helps, and that a description needs none", () => {
    expect(document.paths["/api/v1/push"]?.["post"]).toMatchObject({ description: "For admins, and API keys with the scope `push`." });
    expect(document.paths["/api/v1/openapi.json"]?.["get"]?.security).toEqual([]);
    expect(document["servers"]).toEqual([{ url: running.node.config.publicUrl }]);
  });
});

describe("real answers have the shape that the document gives", () => {
  let admin: Call;
  let staff: TestClient;
  let guest: TestClient;
  let asGuest: Call;
  const nobody = caller.bind(null, null);

  beforeAll(async () => {
    const boss = await makeStaff(running, "admin", "Boss");
    admin = caller(boss.token);
    staff = await connect(running, await makeStaff(running));
    guest = await connect(running, await makeGuest(running));
    asGuest = caller(guest.token);
  });

  it("of tokens", async () => {
    const open = nobody();
    const made = read(await admin("POST /api/v1/users", { body: { email: `${randomUUID()}@example.com`, name: "Jun", role: "agent" } }), madeStaffUser);
    const signedIn = read(await open("POST /api/v1/auth/login", { body: { email: made.email, password: made.password } }), grant);
    await open("POST /api/v1/auth/guest", { body: { name: "Lin" } });
    await open("POST /api/v1/auth/identify", { body: { identity: await new SignJWT({ sub: randomUUID(), name: "Known" }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("5m").sign(running.node.secrets.site) } });
    const own = caller(signedIn.token);
    await own("POST /api/v1/auth/refresh");
    await own("POST /api/v1/auth/token");
    const session = await encode({ token: { ...decodeJwt(signedIn.token) }, secret: running.node.secrets.cookie });
    await open("POST /api/v1/auth/token", { headers: { Cookie: `next-auth.session-token=${session}`, Origin: running.url } });
    await own("POST /api/v1/auth/ticket", { body: {} });
    const { id } = read(await own("POST /api/v1/auth/gateway", { body: { gateways: ["ws"] } }), gatewayTokenAnswer);
    await own("DELETE /api/v1/auth/gateway/{id}", { ids: { id } });
    await admin("PATCH /api/v1/users/{id}", { ids: { id: made.id }, body: { name: "Jun Li" } });
    await admin("GET /api/v1/users");
    await own("POST /api/v1/auth/logout", { body: {} });
    await own("POST /api/v1/auth/logout", { body: {} });
    expect(seen.has("signOut")).toBe(true);
  });

  it("of conversations, messages and pictures", async () => {
    const { conversationId } = await guest.say("Hello");
    const form = new FormData();
    form.set("file", new Blob([new Uint8Array(await makePicture("png"))]), "parcel.png");
    const { id } = read(await asGuest("POST /api/v1/attachments", { raw: form }), attachment);
    await guest.call("message:send", { clientMsgId: randomUUID(), kind: "image", attachmentIds: [id] });
    await staff.call("message:send", { clientMsgId: randomUUID(), kind: "note", text: "A note", conversationId });
    const asStaff = caller(staff.token);
    for (const call of [asStaff, asGuest]) {
      await call("GET /api/v1/conversations");
      await call("GET /api/v1/conversations/{id}", { ids: { id: conversationId } });
      await call("GET /api/v1/conversations/{id}/messages", { ids: { id: conversationId }, query: "?limit=2" });
      await call("GET /api/v1/attachments/{id}", { ids: { id } });
    }
    await asStaff("POST /api/v1/messages", { body: { to: { userIds: [guest.user.id, randomUUID()] }, clientMsgId: randomUUID(), kind: "text", text: "Hi" } });
    await asGuest("POST /api/v1/messages", { body: { to: { userIds: [guest.user.id] }, clientMsgId: randomUUID(), kind: "text", text: "Hi" } });
    await asStaff("GET /api/v1/conversations/{id}", { ids: { id: randomUUID() } });
    expect(seen.has("listMessages")).toBe(true);
  });

  it("of commands", async () => {
    const asStaff = caller(staff.token);
    const command = (call: Call, name: string, body: unknown) => call(`POST /api/v1/commands/${name}`, { body });
    const sent = await command(asGuest, "message:send", { clientMsgId: randomUUID(), kind: "text", text: "Hello" });
    const { message: { conversationId, seq } } = read(sent, commands["message:send"].data);
    await command(asGuest, "message:edit", { conversationId, seq, text: "Hello!" });
    await command(asGuest, "message:recall", { conversationId, seq });
    await command(asStaff, "conversation:sync", { conversationId, after: 0 });
    await command(asGuest, "conversation:sync", { before: 5, limit: 3 });
    await command(asGuest, "conversation:read", { read: 1 });
    await command(asStaff, "conversation:claim", { conversationId });
    await command(asStaff, "conversation:update", { conversationId, priority: "high", tags: ["a"] });
    await command(asStaff, "conversation:list", { filter: "all" });
    await command(asGuest, "conversation:urge", {});
    for (const name of ["waiter:register", "waiter:list", "waiter:unregister", "heartbeat"]) await command(asStaff, name, {});
    const draft = read(await admin("POST /api/v1/notices", { body: { title: "t", body: "b", level: "info", audience: "everyone" } }), notice);
    await admin("POST /api/v1/notices/{id}/push", { ids: { id: draft.id } });
    await command(asGuest, "notice:list", {});
    await command(asGuest, "notice:mark", { noticeId: draft.id, state: "seen" });
    await command(asGuest, "conversation:claim", { conversationId });
    await command(asStaff, "message:send", { kind: "text" });
    expect(seen.has("sendMessageCommand")).toBe(true);
  });

  it("of notices", async () => {
    const { id } = read(await admin("POST /api/v1/notices", { body: { title: "t", body: "b", level: "urgent", audience: "everyone" } }), notice);
    await admin("PATCH /api/v1/notices/{id}", { ids: { id }, body: { endsAt: "2099-01-01T00:00:00.000Z" } });
    await admin("POST /api/v1/notices/{id}/push", { ids: { id } });
    for (const place of ["GET /api/v1/notices", "GET /api/v1/notices/{id}", "GET /api/v1/notices/{id}/receipts", "POST /api/v1/notices/{id}/withdraw", "DELETE /api/v1/notices/{id}", "DELETE /api/v1/notices/{id}"]) {
      await admin(place, { ids: { id } });
    }
    expect(seen.has("deleteNotice")).toBe(true);
  });

  it("of waiters, sessions and pushes", async () => {
    const asStaff = caller(staff.token);
    for (const place of ["PUT /api/v1/waiters/me", "GET /api/v1/waiters", "DELETE /api/v1/waiters/me"]) await asStaff(place);
    for (const place of ["PUT /api/v1/waiters/{userId}", "DELETE /api/v1/waiters/{userId}"]) await admin(place, { ids: { userId: staff.user.id } });
    await guest.call("presence:set", { page: { url: "https://shop.example/", title: "Shop" } });
    const sessions = read(await admin("GET /api/v1/sessions", { query: `?userId=${guest.user.id}` }), listOf(z.looseObject({ id: z.string() })));
    await admin("POST /api/v1/push", { body: { to: { userIds: [guest.user.id, randomUUID()] }, type: "x", content: null } });
    await admin("DELETE /api/v1/sessions/{id}", { ids: { id: sessions.items[0]?.id ?? "" } });
    expect(seen.has("pushToSessions")).toBe(true);
  });

  it("of API keys and webhooks", async () => {
    const key = read(await admin("POST /api/v1/api-keys", { body: { name: "k", scopes: ["read"] }, headers: { "Idempotency-Key": "k" } }), madeApiKey);
    await caller(key.key)("GET /api/v1/waiters");
    await admin("GET /api/v1/api-keys");
    await admin("DELETE /api/v1/api-keys/{id}", { ids: { id: key.id } });
    const receiver = await startReceiver();
    const { id } = read(await admin("POST /api/v1/webhooks", { body: { url: receiver.url, events: ["message.created"] } }), madeWebhook);
    await admin("PATCH /api/v1/webhooks/{id}", { ids: { id }, body: { events: ["notice.published"] } });
    const delivery = read(await admin("POST /api/v1/webhooks/{id}/test", { ids: { id } }), webhookDelivery);
    await expect.poll(() => receiver.letters.length, { timeout: 8_000 }).toBe(1);
    await admin("POST /api/v1/webhooks/{id}/deliveries/{deliveryId}/repeat", { ids: { id, deliveryId: delivery.id } });
    for (const place of ["GET /api/v1/webhooks", "GET /api/v1/webhooks/{id}", "GET /api/v1/webhooks/{id}/deliveries", "DELETE /api/v1/webhooks/{id}"]) await admin(place, { ids: { id } });
    expect(seen.has("deleteWebhook")).toBe(true);
  });

  it("of the description itself", async () => {
    const open = nobody();
    for (const place of ["GET /api/v1/openapi.json", "GET /api/v1/docs"]) await open(place);
    for (const file of ["start.js", "start.css", "swagger-ui.css", "swagger-ui-bundle.js"]) await open("GET /api/v1/docs/{file}", { ids: { file } });
    for (const file of ["package.json", "swagger-ui.js", "constructor", "..%2findex.html"]) await open("GET /api/v1/docs/{file}", { ids: { file } });
    expect(seen.has("getDocsFile")).toBe(true);
  });

  it("of every operation, each seen to succeed here", () => {
    const all = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(all.filter((id) => !seen.has(id))).toEqual([]);
  });
});
