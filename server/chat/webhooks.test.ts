import { randomUUID } from "node:crypto";
import { Webhook as Verifier } from "standardwebhooks";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";

import { madeWebhook, webhook, webhookDelivery, type WebhookEvent, webhookEvent } from "#protocol/developers.ts";
import { listOf } from "#protocol/http-answers.ts";
import { conversation, message, notice, user } from "#protocol/objects.ts";
import { createId } from "#server/ids.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { expectProblem, type HttpClient, httpClient, read } from "#server/testing/http-client.ts";
import { makeTestSettings, startTestNodeOn, type TestNode } from "#server/testing/node.ts";
import { type Letter, type Receiver, startReceiver } from "#server/testing/receiver.ts";

import { sweepDeliveries } from "./webhook-deliveries.ts";

const letterBody = z.object({ type: z.string(), timestamp: z.iso.datetime(), data: z.record(z.string(), z.unknown()) });
let running: TestNode;
let other: TestNode;
let admin: HttpClient;

beforeAll(async () => {
  const settings = await makeTestSettings();
  const mayCall = ({ address }: { address: string | null }) => address === null || address === "127.0.0.1";
  running = await startTestNodeOn(settings, undefined, { mayCall });
  other = await startTestNodeOn(settings, undefined, { mayCall });
  admin = httpClient(running, (await makeStaff(running, "admin")).token);
});

async function make(receiver: Pick<Receiver, "url">, events: readonly WebhookEvent[] = webhookEvent.options) {
  const made = read(await admin("POST", "/api/v1/webhooks", { body: { url: receiver.url, events } }), madeWebhook);
  return { ...made, remove: () => admin("DELETE", `/api/v1/webhooks/${made.id}`) };
}

const bodyOf = (letter: Letter | undefined) => letterBody.parse(JSON.parse(letter?.body ?? "null"));
const typesOf = ({ letters }: Receiver) => letters.map((letter) => bodyOf(letter).type);
const deliveriesOf = async (id: string) => read(await admin("GET", `/api/v1/webhooks/${id}/deliveries`), listOf(webhookDelivery)).items;
/** The one that fits, as soon as it has come. */
async function letterOf(receiver: Receiver, type: string, fits: (data: Record<string, unknown>) => boolean = () => true): Promise<Letter> {
  const find = () => receiver.letters.find((letter) => bodyOf(letter).type === type && fits(bodyOf(letter).data));
  await expect.poll(find, { timeout: 8_000 }).toBeDefined();
  const [found] = [find()];
  if (found === undefined) throw new Error("it went away");
  return found;
}
const query = (text: string, ...values: unknown[]) => running.node.database.pool.query(text, values);
/** Makes what is waiting due now. */
const hurry = (id: string) => query(`update "WebhookDelivery" set "nextAt" = clock_timestamp() where "endpointId" = $1 and "nextAt" is not null`, id);

describe("a webhook", () => {
  it("gets each event, signed", async () => {
    const receiver = await startReceiver();
    const { secret, remove } = await make(receiver);
    expect(secret).toMatch(/^whsec_[A-Za-z\d+/]{43}=$/);
    const [guest, agent] = [await makeGuest(running, "Lin"), await makeStaff(running, "agent", "Mei")];
    const [customer, staff] = [await connect(running, guest), await connect(running, agent)];
    const said = await customer.say("你好");
    await staff.call("conversation:claim", { conversationId: said.conversationId });
    await staff.call("waiter:register", {});
    await staff.call("waiter:unregister", {});
    const draft = read(await admin("POST", "/api/v1/notices", { body: { title: "Sale", body: "b", level: "info", audience: "everyone" } }), notice);
    await admin("POST", `/api/v1/notices/${draft.id}/push`);
    await admin("POST", `/api/v1/notices/${draft.id}/push`);

    await expect.poll(() => new Set(typesOf(receiver)), { timeout: 8_000 }).toEqual(new Set(webhookEvent.options));
    const first = await letterOf(receiver, "message.created", (data) => message.parse(data["message"]).id === said.id);
    expect(message.parse(bodyOf(first).data["message"])).toMatchObject({ text: "你好", seq: 1, senderName: "Lin" });
    await letterOf(receiver, "message.created", (data) => message.parse(data["message"]).kind === "system");
    expect(user.parse(bodyOf(await letterOf(receiver, "customer.created")).data["customer"])).toMatchObject({ id: guest.user.id, guest: true });
    expect(conversation.parse(bodyOf(await letterOf(receiver, "conversation.created")).data["conversation"])).toMatchObject({ id: said.conversationId });
    expect(conversation.parse(bodyOf(await letterOf(receiver, "conversation.updated")).data["conversation"]).assignee).toMatchObject({ name: "Mei" });
    for (const type of ["waiter.registered", "waiter.unregistered"]) expect(bodyOf(await letterOf(receiver, type)).data).toEqual({ waiter: { userId: agent.user.id, name: "Mei" } });
    expect(notice.parse(bodyOf(await letterOf(receiver, "notice.published")).data["notice"])).toMatchObject({ id: draft.id, title: "Sale" });
    for (const letter of receiver.letters) {
      const headers = Object.fromEntries(Object.entries(letter.headers).map(([name, value]) => [name, String(value)]));
      expect(new Verifier(secret).verify(letter.body, headers)).toEqual(bodyOf(letter));
      expect(letter.headers["content-type"]).toBe("application/json");
    }
    expect(typesOf(receiver).filter((type) => type === "notice.published")).toHaveLength(1);
    expect(new Set(receiver.letters.map(({ headers }) => headers["webhook-id"])).size).toBe(receiver.letters.length);
    await remove();
  });

  it("gets only what it asked for, and nothing while it is disabled", async () => {
    const receiver = await startReceiver();
    const { id, remove } = await make(receiver, ["waiter.registered"]);
    const staff = await connect(running, await makeStaff(running));
    await staff.call("waiter:register", {});
    await letterOf(receiver, "waiter.registered");
    expect(read(await admin("PATCH", `/api/v1/webhooks/${id}`, { body: { disabled: true } }), webhook)).toMatchObject({ disabled: true, gone: false });
    await staff.call("waiter:unregister", {});
    await staff.call("waiter:register", {});
    await staff.call("waiter:unregister", {});
    expect(await deliveriesOf(id)).toHaveLength(1);
    await admin("PATCH", `/api/v1/webhooks/${id}`, { body: { disabled: false, events: ["waiter.unregistered"] } });
    await staff.call("waiter:register", {});
    await staff.call("waiter:unregister", {});
    await letterOf(receiver, "waiter.unregistered");
    expect(typesOf(receiver)).toEqual(["waiter.registered", "waiter.unregistered"]);
    await remove();
  });

  it("is told of a change once, and of nothing that was undone", async () => {
    const receiver = await startReceiver();
    const { id, remove } = await make(receiver, ["conversation.updated", "customer.created"]);
    const [customer, agent] = [await connect(running, await makeGuest(running)), await makeStaff(running)];
    const staff = await connect(running, agent);
    const { conversationId } = await customer.say("Hello");
    await staff.call("conversation:update", { conversationId, assigneeId: agent.user.id, priority: "high", tags: ["a"] });
    await customer.say("Nothing of this is an update");
    await running.node.database.prisma.$transaction(async (rows) => {
      await rows.user.create({ data: { id: createId(), role: "customer", name: "Nobody" } });
      throw new Error("undone");
    }).catch(() => undefined);
    const updates = (await deliveriesOf(id)).filter(({ type }) => type === "conversation.updated");
    expect(updates).toEqual([expect.objectContaining({ subject: { conversationId } })]);
    expect((await deliveriesOf(id)).filter(({ type }) => type === "customer.created")).toHaveLength(1);
    await remove();
  });

  it("gets a message of a batch only if the batch was committed, on whichever node", async () => {
    const receiver = await startReceiver();
    const { id, remove } = await make(receiver, ["message.created"]);
    await expect.poll(() => other.node.webhooks.wants("message.created")).toBe(true);
    const clients = await Promise.all([running, other].map(async (node) => connect(node, await makeGuest(node))));
    await Promise.all(clients.map((client) => client.say("first")));
    const said = await Promise.all(clients.flatMap((client) => Array.from({ length: 20 }, (_, n) => client.say(String(n)))));
    await expect.poll(() => receiver.letters.length, { timeout: 15_000 }).toBe(42);
    const ids = receiver.letters.map((letter) => message.parse(bodyOf(letter).data["message"]).id);
    expect(new Set(ids).size).toBe(42);
    expect(ids).toEqual(expect.arrayContaining(said.map((one) => one.id)));
    expect((await deliveriesOf(id)).every(({ state, attempts, status }) => state === "delivered" && attempts === 1 && status === 204)).toBe(true);
    await remove();
  });

  it("gets what is left of a message that was recalled before it was sent", async () => {
    const receiver = await startReceiver();
    receiver.answer = (res) => void res.writeHead(500).end();
    const { id, remove } = await make(receiver, ["message.created"]);
    const customer = await connect(running, await makeGuest(running));
    const { conversationId, seq } = await customer.say("my password is 1234");
    await letterOf(receiver, "message.created");
    await customer.call("message:recall", { conversationId, seq });
    receiver.answer = (res) => void res.writeHead(200).end();
    await hurry(id);
    await expect.poll(async () => (await deliveriesOf(id))[0]?.state, { timeout: 8_000 }).toBe("delivered");
    expect(message.parse(bodyOf(receiver.letters.at(-1)).data["message"])).toMatchObject({ text: "", recalledAt: expect.any(String) });
    await remove();
  });
});

describe("a delivery that fails", () => {
  it("is tried after 5 s, 5 min, 30 min, 2 h, 8 h and 24 h, under one id, then given up", async () => {
    const receiver = await startReceiver();
    receiver.answer = (res) => void res.writeHead(503).end();
    const { id, remove } = await make(receiver, ["waiter.registered"]);
    await admin("POST", `/api/v1/webhooks/${id}/test`);
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      await expect.poll(async () => {
        const [one] = await deliveriesOf(id);
        return one?.attempts === attempt && one.status === 503 && (one.nextAt === null || Date.parse(one.nextAt) - Date.parse(one.triedAt ?? "") !== 30_000);
      }, { timeout: 8_000 }).toBe(true);
      const [one] = await deliveriesOf(id);
      waits.push(one?.nextAt === null ? 0 : Math.round((Date.parse(one?.nextAt ?? "") - Date.parse(one?.triedAt ?? "")) / 1_000));
      await hurry(id);
    }
    expect(waits).toEqual([5, 300, 1_800, 7_200, 28_800, 86_400, 0]);
    expect(await deliveriesOf(id)).toEqual([expect.objectContaining({ state: "failed", attempts: 7, type: "webhook.test" })]);
    expect(new Set(receiver.letters.map(({ headers }) => headers["webhook-id"])).size).toBe(1);

    receiver.answer = (res) => void res.writeHead(204).end();
    const [failed] = await deliveriesOf(id);
    const repeated = read(await admin("POST", `/api/v1/webhooks/${id}/deliveries/${failed?.id}/repeat`), webhookDelivery);
    expect(repeated).toMatchObject({ id: failed?.id, state: "pending", attempts: 0 });
    await expect.poll(async () => (await deliveriesOf(id))[0], { timeout: 8_000 }).toMatchObject({ state: "delivered", attempts: 1, status: 204, error: null });
    expect(receiver.letters.at(-1)?.headers["webhook-id"]).toBe(failed?.id);
    await remove();
  });

  it("because the endpoint is gone disables it", async () => {
    const receiver = await startReceiver();
    receiver.answer = (res) => void res.writeHead(410).end();
    const { id, remove } = await make(receiver, ["waiter.registered"]);
    await admin("POST", `/api/v1/webhooks/${id}/test`);
    await expect.poll(async () => read(await admin("GET", `/api/v1/webhooks/${id}`), webhook), { timeout: 8_000 }).toMatchObject({ disabled: true, gone: true });
    const [failed] = await deliveriesOf(id);
    expect(failed).toMatchObject({ state: "failed", status: 410, attempts: 1 });
    expectProblem(await admin("POST", `/api/v1/webhooks/${id}/test`), "conflict");
    expectProblem(await admin("POST", `/api/v1/webhooks/${id}/deliveries/${failed?.id}/repeat`), "conflict");
    expect(read(await admin("PATCH", `/api/v1/webhooks/${id}`, { body: { disabled: false } }), webhook)).toMatchObject({ disabled: false, gone: false });
    await remove();
  });

  it("does not hold up another endpoint", async () => {
    const [slow, quick] = [await startReceiver(), await startReceiver()];
    slow.answer = () => undefined;
    const endpoints = [await make(slow, ["waiter.registered"]), await make(quick, ["waiter.registered"])];
    for (let n = 0; n < 20; n += 1) await admin("POST", `/api/v1/webhooks/${endpoints[0]?.id}/test`);
    await expect.poll(() => slow.letters.length, { timeout: 8_000 }).toBeGreaterThan(0);
    const begun = Date.now();
    await admin("POST", `/api/v1/webhooks/${endpoints[1]?.id}/test`);
    await expect.poll(() => quick.letters.length, { timeout: 8_000 }).toBe(1);
    expect(Date.now() - begun).toBeLessThan(4_000);
    for (const { remove } of endpoints) await remove();
  });

  it("where its node died is made again", async () => {
    const receiver = await startReceiver();
    const { id, remove } = await make(receiver, ["waiter.registered"]);
    await query(`insert into "WebhookDelivery" ("endpointId", type, subject, attempts, "nextAt") values ($1, 'webhook.test', '{}', 1, clock_timestamp() + interval '1 second')`, id);
    await expect.poll(async () => (await deliveriesOf(id))[0], { timeout: 8_000 }).toMatchObject({ state: "delivered", attempts: 2 });
    await remove();
  });

  it("is not repeated when what it was about is gone", async () => {
    const receiver = await startReceiver();
    const { id, remove } = await make(receiver, ["waiter.registered"]);
    await query(`insert into "WebhookDelivery" ("endpointId", type, subject) values ($1, 'message.created', $2)`, id, { conversationId: randomUUID(), seq: 1 });
    await expect.poll(async () => (await deliveriesOf(id))[0], { timeout: 8_000 }).toMatchObject({ state: "failed", attempts: 1, status: null });
    expect(receiver.letters).toEqual([]);
    await remove();
  });
});

describe("webhooks", () => {
  it("are kept by admins alone, at public addresses", async () => {
    const agent = httpClient(running, (await makeStaff(running)).token);
    for (const method of ["GET", "POST"]) expectProblem(await agent(method, "/api/v1/webhooks", method === "GET" ? {} : { body: { url: "https://example.com/", events: ["message.created"] } }), "forbidden");
    const wrong = [{}, { url: "https://example.com/" }, { url: "https://example.com/", events: [] }, { url: "https://example.com/", events: ["message.read"] }, { url: { not: "" }, events: ["message.created"] }];
    for (const body of wrong) expectProblem(await admin("POST", "/api/v1/webhooks", { body }), "bad_request");
    for (const url of ["example.com", "/hook", "file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "javascript:alert(1)", "http://a@example.com/", "http://a:b@example.com/", "http://10.0.0.1/", "http://0x7f.2/", "http://[::1]/"]) {
      expectProblem(await admin("POST", "/api/v1/webhooks", { body: { url, events: ["message.created"] } }), "bad_request");
    }
    for (const [method, path] of [["GET", ""], ["PATCH", ""], ["DELETE", ""], ["POST", "/test"], ["GET", "/deliveries"], ["POST", `/deliveries/${createId()}/repeat`]] as const) {
      expectProblem(await admin(method, `/api/v1/webhooks/${createId()}${path}`, method === "PATCH" ? { body: {} } : {}), "not_found");
    }
  });

  it("show their secret once, and keep it sealed", async () => {
    const receiver = await startReceiver();
    const { id, secret, remove } = await make(receiver, ["waiter.registered"]);
    for (const path of ["", `/${id}`]) expect(JSON.stringify((await admin("GET", `/api/v1/webhooks${path}`)).body)).not.toContain("whsec_");
    const { rows } = await query(`select secret from "WebhookEndpoint" where id = $1`, id);
    expect(Buffer.from(z.object({ secret: z.instanceof(Uint8Array) }).parse(rows[0]).secret).toString("latin1")).not.toContain(secret.slice(6, 20));
    await remove();
  });

  it("forget what is finished after two weeks, and what is on its way never", async () => {
    const receiver = await startReceiver();
    const { id, remove } = await make(receiver, ["waiter.registered"]);
    const add = (days: number, nextAt: string | null) =>
      query(`insert into "WebhookDelivery" ("endpointId", type, subject, "createdAt", "nextAt") values ($1, 'webhook.test', '{}', clock_timestamp() - $2 * interval '1 day', $3)`, id, days, nextAt);
    await add(15, null);
    await add(13, null);
    await add(15, "2099-01-01T00:00:00Z");
    await sweepDeliveries(running.node);
    expect((await deliveriesOf(id)).map(({ state }) => state).toSorted()).toEqual(["failed", "pending"]);
    await remove();
    expect((await query(`select 1 from "WebhookDelivery" where "endpointId" = $1`, id)).rowCount).toBe(0);
  });

  it("cost a message nothing where there are none", async () => {
    await running.node.webhooks.refresh(running.node);
    expect(running.node.webhooks.wants("message.created")).toBe(false);
    const guest = await connect(running, await makeGuest(running));
    await guest.say("Hello");
    expect((await query(`select 1 from "WebhookDelivery"`)).rowCount).toBe(0);
  });
});
