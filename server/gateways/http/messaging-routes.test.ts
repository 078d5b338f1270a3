import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";

import { pushAnswer } from "#protocol/http.ts";
import { attachment, message } from "#protocol/objects.ts";
import { createId } from "#server/ids.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { expectProblem, type HttpClient, httpClient, read } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { makePicture } from "#server/testing/pictures.ts";

const sentAnswer = z.object({ sent: z.array(z.object({ userId: z.string(), message })), failed: z.array(z.object({ userId: z.string(), code: z.string() })) });
let running: TestNode;
let admin: HttpClient;
let agent: HttpClient;
let customer: HttpClient;

beforeAll(async () => {
  running = await startTestNode();
  const [boss, colleague, guest] = [await makeStaff(running, "admin"), await makeStaff(running, "agent"), await makeGuest(running)];
  [admin, agent, customer] = [httpClient(running, boss.token), httpClient(running, colleague.token), httpClient(running, guest.token)];
});

async function known(externalId: string): Promise<string> {
  const { id } = await running.node.database.prisma.user.create({ data: { id: createId(), role: "customer", name: "Known", externalId } });
  return id;
}

async function conversationsOf(customerId: string) {
  return running.node.database.prisma.conversation.findMany({ where: { customerId }, orderBy: { id: "asc" } });
}

describe("push", () => {
  const push = (to: unknown, content: unknown = { title: "Hi" }) => admin("POST", "/api/v1/push", { body: { to, type: "reminder", content } });

  it("reaches the live sessions of users, roles, single sessions and everyone, once each", async () => {
    const [one, two, staff] = [await makeGuest(running), await makeGuest(running), await makeStaff(running)];
    const [tab, other, third, console] = [await connect(running, one), await connect(running, one), await connect(running, two), await connect(running, staff)];
    const { sessionId } = await tab.next("hello");
    const offline = createId();

    expect(read(await push({ userIds: [one.user.id, offline] }), pushAnswer)).toEqual({ delivered: 2, offline: [offline] });
    expect(read(await push({ sessionIds: [sessionId, createId()] }), pushAnswer)).toEqual({ delivered: 1, offline: [] });
    expect(read(await push({ role: "agent" }), pushAnswer)).toEqual({ delivered: 1, offline: [] });
    expect(read(await push({ everyone: true, userIds: [one.user.id], sessionIds: [sessionId] }), pushAnswer)).toEqual({ delivered: 4, offline: [] });
    const counts = () => [tab, other, third, console].map(({ received }) => received.filter(({ name }) => name === "push").length);
    await expect.poll(counts).toEqual([3, 2, 1, 2]);
    expect(await tab.next("push")).toEqual({ type: "reminder", content: { title: "Hi" } });
  });

  it("finds users by the host's ids", async () => {
    const { user, ...grant } = await makeGuest(running);
    const externalId = `shop ${randomUUID()}`;
    await running.node.database.prisma.user.update({ where: { id: user.id }, data: { externalId } });
    const client = await connect(running, { user, ...grant });
    expect(read(await push({ userIds: [`ext:${externalId}`, "ext:nobody"] }), pushAnswer)).toEqual({ delivered: 1, offline: ["ext:nobody"] });
    await client.next("push");
  });

  it("needs someone to push to, and an admin", async () => {
    for (const to of [undefined, {}, { userIds: ["somebody"] }, { userIds: [{ not: "" }] }, { role: "everyone" }, { everyone: false }, { userIds: ["ext:\u0000"] }]) expectProblem(await push(to), "bad_request");
    expectProblem(await agent("POST", "/api/v1/push", { body: { to: { everyone: true }, type: "x", content: null } }), "forbidden");
    expectProblem(await customer("POST", "/api/v1/push", { body: { to: { everyone: true }, type: "x", content: null } }), "forbidden");
  });
});

describe("messages to users", () => {
  type Body = { to: { userIds: string[] }; clientMsgId: string; kind: string; text?: string; attachmentIds?: string[] };
  const send = async (body: Body, client = agent) => read(await client("POST", "/api/v1/messages", { body }), sentAnswer);

  it("are stored in each customer's current conversation, which is made where there is none", async () => {
    const externalId = `shop-${randomUUID()}`;
    const [online, absent] = [await makeGuest(running), await known(externalId)];
    const client = await connect(running, online);
    const { conversationId } = await client.say("Where is my parcel?");
    const clientMsgId = randomUUID();

    const answer = await send({ to: { userIds: [online.user.id, `ext:${externalId}`, online.user.id] }, clientMsgId, kind: "text", text: "On its way" });
    expect(answer.failed).toEqual([]);
    expect(answer.sent.map(({ userId }) => userId)).toEqual([online.user.id, `ext:${externalId}`]);
    expect(answer.sent[0]?.message).toMatchObject({ conversationId, seq: 2, text: "On its way", senderRole: "agent" });
    await client.next("message:created", ({ messages }) => messages.some((one) => "text" in one && one.text === "On its way"));
    const [made] = await conversationsOf(absent);
    expect(made).toMatchObject({ status: "open", waitingSince: null });
    expect(answer.sent[1]?.message).toMatchObject({ conversationId: made?.id, seq: 1 });

    const again = await send({ to: { userIds: [`ext:${externalId}`, online.user.id] }, clientMsgId, kind: "text", text: "On its way" });
    expect(new Set(again.sent.map((one) => one.message.id))).toEqual(new Set(answer.sent.map((one) => one.message.id)));
    expect(await conversationsOf(absent)).toHaveLength(1);
    const other = await send({ to: { userIds: [online.user.id] }, clientMsgId, kind: "text", text: "Something else" });
    expect(other).toEqual({ sent: [], failed: [{ userId: online.user.id, code: "conflict" }] });
  });

  it("go into a conversation that was just resolved, and after a day into a new one", async () => {
    const id = await known(`shop-${randomUUID()}`);
    const first = (await send({ to: { userIds: [id] }, clientMsgId: randomUUID(), kind: "text", text: "a" })).sent[0]?.message.conversationId ?? "";
    const resolve = (hours: number) => running.node.database.prisma.conversation.update({ where: { id: first }, data: { status: "resolved", resolvedAt: new Date(Date.now() - hours * 3_600_000) } });
    await resolve(23);
    const second = await send({ to: { userIds: [id] }, clientMsgId: randomUUID(), kind: "text", text: "b" });
    expect(second.sent[0]?.message).toMatchObject({ conversationId: first, seq: 2 });
    expect(await conversationsOf(id)).toMatchObject([{ status: "resolved" }]);
    await resolve(25);
    const third = await send({ to: { userIds: [id] }, clientMsgId: randomUUID(), kind: "text", text: "c" });
    expect(third.sent[0]?.message.conversationId).not.toBe(first);
    expect(await conversationsOf(id)).toMatchObject([{ status: "resolved" }, { status: "open" }]);
  });

  it("make one conversation, however many come at once", async () => {
    const id = await known(`shop-${randomUUID()}`);
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => send({ to: { userIds: [id] }, clientMsgId: randomUUID(), kind: "text", text: `${index}` })));
    expect(answers.flatMap(({ sent }) => sent.map((one) => one.message.seq)).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await conversationsOf(id)).toHaveLength(1);
  });

  it("reach nobody but customers, and say so for each", async () => {
    const [staff, customerId] = [await makeStaff(running), await known(`shop-${randomUUID()}`)];
    const nobody = createId();
    const answer = await send({ to: { userIds: [nobody, staff.user.id, customerId, "ext:nobody"] }, clientMsgId: randomUUID(), kind: "text", text: "a" });
    expect(answer.sent.map(({ userId }) => userId)).toEqual([customerId]);
    expect(answer.failed.toSorted((a, b) => (a.userId < b.userId ? -1 : 1))).toEqual(
      [nobody, staff.user.id, "ext:nobody"].toSorted().map((userId) => ({ userId, code: "not_found" })));
  });

  it("follow a guest to whom it turned out to be", async () => {
    const [guest, customerId] = [await makeGuest(running), await known(`shop-${randomUUID()}`)];
    await running.node.database.prisma.user.update({ where: { id: guest.user.id }, data: { mergedIntoId: customerId } });
    const answer = await send({ to: { userIds: [guest.user.id] }, clientMsgId: randomUUID(), kind: "text", text: "a" });
    expect(answer.sent[0]?.message.conversationId).toBe((await conversationsOf(customerId))[0]?.id);
  });

  it("carry a picture to each, once, also when said again for more", async () => {
    const form = new FormData();
    form.set("file", new Blob([new Uint8Array(await makePicture("png"))]), "parcel.png");
    const uploaded = read(await agent("POST", "/api/v1/attachments", { raw: form }), attachment);
    const ids = await Promise.all([1, 2, 3].map(() => known(`shop-${randomUUID()}`)));
    const body = { clientMsgId: randomUUID(), kind: "image", text: "Look", attachmentIds: [uploaded.id] };

    const answer = await send({ ...body, to: { userIds: ids.slice(0, 2) } });
    const more = await send({ ...body, to: { userIds: ids.slice(1) } });
    expect([answer.failed, more.failed]).toEqual([[], []]);
    const messages = [...answer.sent, ...more.sent].map((one) => one.message);
    expect(new Set(messages.map((one) => one.id)).size).toBe(3);
    const urls = new Map(messages.flatMap((one) => one.attachments).map(({ id, url }) => [id, url]));
    expect(urls.size).toBe(3);
    for (const url of urls.values()) expect((await httpClient(running)("GET", url)).status).toBe(200);
    const otherwise = await send({ ...body, clientMsgId: randomUUID(), to: { userIds: ids } });
    expect(otherwise.failed.map(({ code }) => code)).toEqual(["not_found", "not_found", "not_found"]);
  });

  it("are refused as a whole when the message is none, or for customers", async () => {
    const to = { userIds: [createId()] };
    for (const body of [
      { to, clientMsgId: randomUUID(), kind: "text", text: " " },
      { to, clientMsgId: "1", kind: "text", text: "a" },
      { to: { userIds: [] }, clientMsgId: randomUUID(), kind: "text", text: "a" },
      { to, clientMsgId: randomUUID(), kind: "system", text: "a" },
      { to, clientMsgId: randomUUID(), kind: "image" },
      { to, clientMsgId: randomUUID(), kind: "text", text: "x".repeat(4_001) },
      { to, clientMsgId: randomUUID(), kind: "text", text: "a\u0000" },
    ]) expectProblem(await agent("POST", "/api/v1/messages", { body }), "bad_request");
    expectProblem(await customer("POST", "/api/v1/messages", { body: { to, clientMsgId: randomUUID(), kind: "text", text: "a" } }), "forbidden");
  });
});
