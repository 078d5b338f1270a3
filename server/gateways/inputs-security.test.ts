import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import { limits } from "#protocol/limits.ts";

import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { httpClient } from "#server/testing/http-client.ts";
import { type Actor, makeCast } from "#server/testing/matrix-cast.ts";
import { type Line, openLine } from "#server/testing/matrix-lines.ts";
import { gateways, type Role, type RowName, rowNames, rows } from "#server/testing/matrix-oracle.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { isRecord } from "#server/testing/web-socket.ts";

let node: TestNode;
let cast: Readonly<Record<Role, Actor>>;

beforeAll(async () => {
  node = await startTestNode();
  cast = await makeCast(node);
});

/** Every command with an input that is all right, and somebody who may give it. */
async function validInputs(): Promise<{ row: RowName; actor: Actor; command: string; input: Record<string, unknown> }[]> {
  const wanted = rowNames.filter((row) => !/another's|^a |^an /.test(row));
  return Promise.all(wanted.map(async (row) => {
    const { command, who } = rows[row];
    const actor = cast[who === "customers" || row === "message:send without a conversation" ? "customer" : "agent"];
    const input = await actor.input(row, rows[row].targets.some((target) => target === "own") ? "own" : "none");
    return { row, actor, command, input: { ...input } };
  }));
}

describe.each(gateways)("over %s", (gateway) => {
  const lines = new Map<string | null, Line>();

  async function lineOf({ token }: Actor): Promise<Line> {
    const known = lines.get(token);
    if (known !== undefined) return known;
    const line = await openLine(node, { gateway, token });
    if ("code" in line) throw new Error(`refused: ${line.code}`);
    lines.set(token, line);
    return line;
  }

  /** Puts each of these in the place of each field of each command; answers how many inputs were tried, and which were not refused. */
  async function replaceFields(values: readonly unknown[]): Promise<{ tried: number; taken: unknown[] }> {
    const taken: unknown[] = [];
    let tried = 0;
    for (const { row, actor, command, input } of await validInputs()) {
      if (gateway === "http" && rows[row].live) continue;
      const line = await lineOf(actor);
      for (const field of Object.keys(input)) {
        for (const value of values.filter((one) => typeof one !== typeof input[field])) {
          const { code } = await line.give(command, { ...input, [field]: value });
          if (code !== "bad_request") taken.push([row, field, value, code]);
          tried += 1;
        }
      }
    }
    return { tried, taken };
  }

  it("S66 an operator or a list in the place of a field is refused, in every field of every command", async () => {
    const { tried, taken } = await replaceFields([{ not: "" }, { contains: "" }, { $ne: null }, { gt: 0 }, ["x"], []]);
    expect(taken).toEqual([]);
    expect(tried).toBeGreaterThan(100);
  });

  it("S75 a value of another type is refused, in every field of every command", async () => {
    const { tried, taken } = await replaceFields([{ toJSON: "x" }, true, 1.5, -1, 2 ** 53 + 2, "Sat Nov 21 2026"]);
    expect(taken).toEqual([]);
    expect(tried).toBeGreaterThan(100);
  });

  it("S73 names of objects are no ids, in every command", async () => {
    for (const { row, actor, command, input } of await validInputs()) {
      if (gateway === "http" && rows[row].live) continue;
      const line = await lineOf(actor);
      for (const field of Object.keys(input).filter((name) => name.endsWith("Id"))) {
        for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "' or 1=1 --", ""]) {
          expect([row, field, name, (await line.give(command, { ...input, [field]: name })).code]).toEqual([row, field, name, "bad_request"]);
        }
      }
    }
  });

  it("S72 names of prototypes pollute nothing, in the input of every command", async () => {
    for (const { row, actor, command, input } of await validInputs()) {
      if (gateway === "http" && rows[row].live) continue;
      const poisoned: unknown = JSON.parse(`{${Object.entries(input).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},`).join("")}"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}`);
      await (await lineOf(actor)).give(command, poisoned);
      expect([row, Reflect.get({}, "isAdmin")]).toEqual([row, undefined]);
    }
  });

  it("S70 a text that no database holds is refused", async () => {
    const line = await lineOf(cast.customer);
    for (const text of ["a\u0000b", "\u{FFFE}", "x\u{FFFF}", ...(gateway === "stomp" || gateway === "http" ? [] : ["\uD800", "a\uDC00b"])]) {
      expect((await line.give("message:send", { clientMsgId: randomUUID(), kind: "text", text })).code).toBe("bad_request");
    }
    // Written as an escape a lone half passes through any encoding.
    if (gateway === "http") {
      const raw = `{"clientMsgId":"${randomUUID()}","kind":"text","text":"\\ud800"}`;
      expect((await httpClient(node, cast.customer.token)("POST", "/api/v1/commands/message:send", { raw, headers: { "Content-Type": "application/json" } })).status).toBe(400);
    }
  });

  it("S71 a text that is empty, blank or too long is refused", async () => {
    const line = await lineOf(cast.customer);
    const code = async (text: string): Promise<string> => (await line.give("message:send", { clientMsgId: randomUUID(), kind: "text", text })).code;
    for (const text of ["", " ", "\n\t \u3000", "x".repeat(limits.textCharacters + 1), "汉".repeat(6_000)]) expect(await code(text)).toMatch(/^(?:bad_request|too_large)$/);
    expect(await code("x".repeat(limits.textCharacters))).toBe("ok");
  });

  it("S65 SQL is stored as it was written", async () => {
    const line = await lineOf(cast.customer);
    for (const text of [`'; drop table "Message"; --`, `" or ""="`, "\\'; select pg_sleep(10); --", "$1 $2 ${x}", "%' and 1=0 union all select * from \"User\" --", "\\x00 E'\\\\'"]) {
      const { data } = await line.give("message:send", { clientMsgId: randomUUID(), kind: "text", text });
      expect(isRecord(data) && isRecord(data["message"]) && data["message"]["text"]).toBe(text);
    }
  });

  it("S40 marks are clamped to the head, or refused", async () => {
    const line = await lineOf(cast.guest);
    const { data } = await line.give("conversation:sync", { after: 0 });
    const head = isRecord(data) ? data["head"] : null;
    for (const read of [-1, "5", 1.5, true, 1e16, Number.NaN]) expect([read, (await line.give("conversation:read", { read: Number.isNaN(read) ? "NaN" : read })).code]).toEqual([read, "bad_request"]);
    expect((await line.give("conversation:read", { read: 9e15, delivered: 9e15 })).data).toMatchObject({ receipts: { customer: { read: head, delivered: head } } });
  });

  it("S41 pages are of 1 to 200 messages, from 0 on", async () => {
    const line = await lineOf(cast.guest);
    for (const input of [{ after: -1 }, { after: 0, limit: 1e9 }, { after: 0, limit: 0 }, { after: 0, limit: 201 }, { before: 0 }, { after: 0.5 }, { after: 0, before: 1 }, {}]) {
      expect([input, (await line.give("conversation:sync", input)).code]).toEqual([input, "bad_request"]);
    }
    expect((await line.give("conversation:sync", { after: 0, limit: 200 })).code).toBe("ok");
  });

  it("S33, S38, S39 who sends, and what is a repeat, is decided by the token alone", async () => {
    const line = await lineOf(cast.guest);
    const clientMsgId = randomUUID();
    const forged = { from: "x", seq: 99, at: "2000-01-01T00:00:00.000Z", role: "admin", id: randomUUID(), tenantId: "2", senderId: cast.admin.own, senderRole: "admin", senderName: "Boss", createdAt: "2000-01-01T00:00:00.000Z" };
    const first = await line.give("message:send", { ...forged, clientMsgId, kind: "text", text: "mine" });
    expect(first.data).toMatchObject({ duplicate: false, message: { senderRole: "customer", clientMsgId } });
    expect(JSON.stringify(first.data)).not.toMatch(/2000-01-01|Boss|"seq":99/);
    const other = await (await lineOf(cast.customer)).give("message:send", { clientMsgId, kind: "text", text: "another's" });
    expect(other.data).toMatchObject({ duplicate: false, message: { text: "another's" } });
    expect((await line.give("message:send", { clientMsgId, kind: "text", text: "changed" })).code).toBe("conflict");
    expect((await line.give("message:send", { clientMsgId, kind: "text", text: "mine" })).data).toMatchObject({ duplicate: true, message: { text: "mine" } });
  });
});

describe("a customer", () => {
  it("S43 is told of others no more than their name and picture", async () => {
    const [guest, agent]: [TestClient, TestClient] = [await connect(node, await makeGuest(node)), await connect(node, await makeStaff(node))];
    const { conversationId } = await guest.say("hello");
    await agent.say("welcome", conversationId);
    await agent.call("conversation:claim", { conversationId });
    await agent.call("message:send", { clientMsgId: randomUUID(), conversationId, kind: "note", text: "a note of ours" });
    await agent.call("conversation:update", { conversationId, priority: "urgent", tags: ["a tag of ours"] });
    await agent.say("bye", conversationId);
    await guest.next("message:created", ({ messages }) => messages.some((message) => "text" in message && message.text === "bye"));
    const seen = JSON.stringify([guest.received, await guest.call("conversation:sync", { after: 0 }), (await httpClient(node, guest.token)("GET", "/api/v1/conversations")).body]);
    expect(seen).not.toMatch(/@|127\.0\.0\.1|::1|a note of ours|a tag of ours|urgent|password|version|signIn/);
    const names = [...new Set([...seen.matchAll(/"(\w+)":/g)].map(([, name = ""]) => name))];
    const known = new Set([
      "assignee", "attachments", "attachmentsPerMessage", "avatarUrl", "clientMsgId", "conversation", "conversationId", "createdAt", "cursor", "customer", "delivered", "editedAt", "epoch",
      "externalId", "guest", "head", "heads", "heartbeatMs", "id", "imageBytes", "imagePixels", "items", "kind", "limits", "message", "messages", "more", "name", "payload", "read", "recalledAt", "receipts",
      "replyTo", "rev", "role", "senderId", "senderName", "senderRole", "seq", "serverTime", "sessionId", "staff", "status", "syncMessages", "text", "textBytes", "textCharacters", "unread", "updated", "user",
    ]);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  it("S44 who tries ids finds nothing, and is then stopped", async () => {
    const strict = await startTestNode({ RATE_LIMIT_EXEMPT: "" });
    const guest = await connect(strict, await makeGuest(strict));
    await (await connect(strict, await makeGuest(strict))).say("a secret");
    const codes = new Map<string, number>();
    for (let round = 0; round < 4; round += 1) {
      const answers = await Promise.all(Array.from({ length: 500 }, () => guest.ask("conversation:sync", { conversationId: randomUUID(), after: 0 })));
      for (const answer of answers) {
        const code = answer.ok ? "found" : answer.error.code;
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
    }
    expect([...codes.keys()].toSorted()).toEqual(["not_found", "rate_limited"]);
    expect((codes.get("not_found") ?? 0) + (codes.get("rate_limited") ?? 0)).toBe(2_000);
    expect(codes.get("rate_limited")).toBeGreaterThan(1_000);
  });
});
