import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";

import { anyMessage, conversation, ownConversation } from "#protocol/objects.ts";
import { createId } from "#server/ids.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { expectProblem, type HttpClient, httpClient, pageOf, read } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let running: TestNode;
let agent: TestClient;
let [asAgent, asMe, asOther]: HttpClient[] = [];
let mine: string;

const call = (client: HttpClient | undefined): HttpClient => client ?? httpClient(running);

beforeAll(async () => {
  running = await startTestNode();
  const [staff, guest, other] = await Promise.all([makeStaff(running), makeGuest(running), makeGuest(running)]);
  agent = await connect(running, staff);
  const me = await connect(running, guest);
  [asAgent, asMe, asOther] = [staff, guest, other].map(({ token }) => httpClient(running, token));
  mine = (await me.say("1")).conversationId;
  for (const text of ["2", "3", "4"]) await me.say(text);
  await agent.call("message:send", { clientMsgId: randomUUID(), conversationId: mine, kind: "note", text: "a secret" });
  await agent.say("6", mine);
});

describe("conversations", () => {
  it("are all shown to staff, with a filter and pages", async () => {
    const owners = await Promise.all(Array.from({ length: 3 }, () => makeGuest(running)));
    for (const owner of owners) await (await connect(running, owner)).say("hello");
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: { items: { id: string }[]; cursor: string | null } = read(
        await call(asAgent)("GET", `/api/v1/conversations?filter=unassigned&limit=2${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`), pageOf(conversation));
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.cursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toContain(mine);
    expect(read(await call(asAgent)("GET", "/api/v1/conversations?filter=resolved"), pageOf(conversation)).items).toEqual([]);
  });

  it("of their own are shown to customers, without what is for staff", async () => {
    const { items, cursor } = read(await call(asMe)("GET", "/api/v1/conversations"), pageOf(ownConversation));
    expect(items).toEqual([expect.objectContaining({ id: mine, status: "open", head: 6 })]);
    expect(cursor).toBeNull();
    expect(Object.keys(items[0] ?? {}).toSorted()).toEqual(["assignee", "head", "id", "receipts", "rev", "status"]);
    expect(read(await call(asOther)("GET", "/api/v1/conversations"), pageOf(ownConversation)).items).toEqual([]);
  });

  it("of their own come in pages, newest first", async () => {
    const { token, user } = await makeGuest(running);
    const ids = Array.from({ length: 3 }, () => createId()).toSorted();
    await running.node.database.prisma.conversation.createMany({ data: ids.map((id) => ({ id, customerId: user.id, status: "resolved" as const, resolvedAt: new Date() })) });
    const list = httpClient(running, token);
    const first = read(await list("GET", "/api/v1/conversations?limit=2"), pageOf(ownConversation));
    const second = read(await list("GET", `/api/v1/conversations?limit=2&cursor=${first.cursor ?? ""}`), pageOf(ownConversation));
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(second.cursor).toBeNull();
    expectProblem(await list("GET", "/api/v1/conversations?cursor=nothing"), "bad_request");
  });
});

describe("a conversation", () => {
  it("is shown to staff with their unread count, and to its customer as far as it concerns them", async () => {
    expect(read(await call(asAgent)("GET", `/api/v1/conversations/${mine}`), conversation)).toMatchObject({ id: mine, unread: 4, lastMessage: { text: "6" } });
    const own = await call(asMe)("GET", `/api/v1/conversations/${mine.toUpperCase()}`);
    expect(Object.keys(read(own, z.looseObject({}))).toSorted()).toEqual(["assignee", "head", "id", "receipts", "rev", "status"]);
  });

  it("S29: of somebody else does not exist, like one that nobody has", async () => {
    const answers = await Promise.all([mine, createId()].flatMap((id) => [`/api/v1/conversations/${id}`, `/api/v1/conversations/${id}/messages`]).map((path) => call(asOther)("GET", path)));
    for (const answer of answers) expectProblem(answer, "not_found");
    expect(new Set(answers.map(({ body }) => z.parse(z.object({ detail: z.string() }), body).detail)).size).toBe(1);
    for (const path of ["nothing", "1", "__proto__", "%7B%22not%22:%22%22%7D"]) expectProblem(await call(asMe)("GET", `/api/v1/conversations/${path}`), "bad_request");
  });
});

describe("messages", () => {
  const numbers = async (client: HttpClient, query: string) => {
    const { items, cursor } = read(await client("GET", `/api/v1/conversations/${mine}/messages${query}`), pageOf(anyMessage));
    return { seqs: items.map(({ seq }) => seq), cursor };
  };

  it("are given forwards, backwards and, without a direction, from the newest back", async () => {
    expect(await numbers(call(asMe), "?after=0&limit=4")).toEqual({ seqs: [1, 2, 3, 4], cursor: "after.4" });
    expect(await numbers(call(asMe), "?cursor=after.4&limit=4")).toEqual({ seqs: [5, 6], cursor: null });
    expect(await numbers(call(asMe), "?before=4&limit=2")).toEqual({ seqs: [2, 3], cursor: "before.2" });
    expect(await numbers(call(asMe), "?limit=4")).toEqual({ seqs: [3, 4, 5, 6], cursor: "before.3" });
    expect(await numbers(call(asMe), "?limit=4&cursor=before.3")).toEqual({ seqs: [1, 2], cursor: null });
    expect(await numbers(call(asMe), "?after=6")).toEqual({ seqs: [], cursor: null });
  });

  it("hide a note from its customer", async () => {
    const at = async (client: HttpClient) => read(await client("GET", `/api/v1/conversations/${mine}/messages?after=4&limit=1`), pageOf(anyMessage)).items;
    expect(await at(call(asMe))).toEqual([{ conversationId: mine, seq: 5, kind: "hidden" }]);
    expect(await at(call(asAgent))).toEqual([expect.objectContaining({ kind: "note", text: "a secret" })]);
  });

  it.each(["?after=-1", "?before=0", "?after=1.5", "?limit=0", "?limit=201", "?limit=1e9", "?after=9e15", "?after=1&before=2", "?after=1&cursor=after.1", "?cursor=sideways.1", "?after[gt]=1"])(
    "are not given for %s",
    async (query) => expectProblem(await call(asMe)("GET", `/api/v1/conversations/${mine}/messages${query}`), "bad_request"),
  );
});

describe("a command over HTTP", () => {
  it("does what it does over a socket, and is delivered to whoever is connected", async () => {
    const clientMsgId = randomUUID();
    const send = () => call(asMe)("POST", "/api/v1/commands/message:send", { body: { clientMsgId, kind: "text", text: "from HTTP", senderId: agent.user.id, seq: 99, role: "admin" } });
    await agent.call("conversation:open", { conversationId: mine });
    const [first, again] = [await send(), await send()];
    expect(first).toMatchObject({ status: 200, body: { duplicate: false, message: { text: "from HTTP", seq: 7, senderRole: "customer" } } });
    expect(again).toMatchObject({ status: 200, body: { duplicate: true, message: { seq: 7 } } });
    await agent.next("message:created", ({ messages }) => messages.some(({ seq }) => seq === 7));
    expectProblem(await call(asMe)("POST", "/api/v1/commands/message:send", { body: { clientMsgId, kind: "text", text: "other" } }), "conflict");
  });

  it("tells in details who was faster", async () => {
    const [one, other] = await Promise.all([makeStaff(running, "agent", "Ann"), makeStaff(running, "agent", "Bo")]);
    expect((await httpClient(running, one.token)("POST", "/api/v1/commands/conversation:claim", { body: { conversationId: mine } })).status).toBe(200);
    const lost = await httpClient(running, other.token)("POST", "/api/v1/commands/conversation:claim", { body: { conversationId: mine } });
    expectProblem(lost, "conflict");
    expect(lost.body).toMatchObject({ details: { assignee: { id: one.user.id, name: "Ann" } } });
  });

  it("of somebody else's conversation finds nothing", async () => {
    for (const [name, body] of [
      ["message:send", { clientMsgId: randomUUID(), conversationId: mine, kind: "text", text: "mine now" }],
      ["conversation:sync", { conversationId: mine, after: 0 }],
      ["conversation:read", { conversationId: mine, read: 1 }],
      ["message:edit", { conversationId: mine, seq: 1, text: "changed" }],
      ["message:recall", { conversationId: mine, seq: 1 }],
    ] as const) {
      expectProblem(await call(asOther)("POST", `/api/v1/commands/${name}`, { body }), "not_found");
    }
  });

  it("S65: stores what looks like SQL as it is", async () => {
    const text = `'); drop table "Message"; -- ${"${1+1}"} \\u0027`;
    const sent = await call(asMe)("POST", "/api/v1/commands/message:send", { body: { clientMsgId: randomUUID(), kind: "text", text } });
    expect(sent).toMatchObject({ status: 200, body: { message: { text } } });
  });
});
