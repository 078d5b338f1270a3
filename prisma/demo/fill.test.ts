import { beforeAll, describe, expect, it } from "vitest";

import { conversation } from "#protocol/objects.ts";
import { makePassword } from "#server/auth/passwords.ts";
import { loadConversations } from "#server/chat/conversation-rows.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { httpClient, pageOf, read } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { type Filled, fillDemo } from "./fill.ts";
import { agents } from "./people.ts";

const password = makePassword();
let running: TestNode;
let filled: Filled;

beforeAll(async () => {
  running = await startTestNode();
  filled = await fillDemo(running.node, { password, besides: false });
});

function count(text: string): Promise<number> {
  return running.node.database.pool.query<{ n: number }>(text).then(({ rows }) => rows[0]?.n ?? -1);
}

describe("the demonstration", () => {
  it("has conversations in every state, with every rule kept", async () => {
    expect(filled).toMatchObject({ state: "done", conversations: expect.any(Number) });
    const { rows } = await running.node.database.pool.query<{ id: string }>(`select id from "Conversation"`);
    const shown = await loadConversations(running.node, rows.map(({ id }) => id), null);
    expect(shown.every((one) => conversation.safeParse(one).success)).toBe(true);
    expect(new Set(shown.map(({ status }) => status))).toEqual(new Set(["open", "snoozed", "resolved"]));
    expect(shown.filter(({ assignee, waitingSince }) => assignee === null && waitingSince !== null).length).toBeGreaterThan(1);
    expect(await count(`select count(*)::int as n from "Conversation" c where c."lastSeq" <> (select count(*) from "Message" m where m."conversationId" = c.id) or c."lastSeq" <> (select max(seq) from "Message" m where m."conversationId" = c.id)`)).toBe(0);
    expect(await count(`select count(*)::int as n from "Message" m join "Message" p on p."conversationId" = m."conversationId" and p.seq = m.seq - 1 where p.at > m.at`)).toBe(0);
    expect(await count(`select count(*)::int as n from "Message" where at > clock_timestamp() - interval '1 second'`)).toBe(0);
  });

  it("lets its agents sign in, read and see the pictures", async () => {
    const open = httpClient(running);
    const signedIn = await open("POST", "/api/v1/auth/login", { body: { email: agents.mei.email, password } });
    expect(signedIn.status).toBe(200);
    const staff = await makeStaff(running);
    const http = httpClient(running, staff.token);
    const { items } = read(await http("GET", "/api/v1/conversations?limit=100&filter=all"), pageOf(conversation));
    const pictured = items.find(({ lastMessage }) => lastMessage?.kind === "image");
    const url = pictured?.lastMessage?.attachments[0]?.url ?? "";
    expect((await http("GET", url)).status).toBe(200);
    expect((await http("GET", `${url}&size=thumb`)).status).toBe(200);
  });

  it("can be gone on with", async () => {
    const client: TestClient = await connect(running, await makeStaff(running));
    const { conversations } = await client.call("conversation:list", { filter: "unassigned" });
    const [first] = conversations;
    const message = await client.say("On its way.", first?.id);
    expect(message.seq).toBe((first?.head ?? 0) + 1);
  });

  it("adds nothing a second time", async () => {
    const before = await count(`select count(*)::int as n from "Message"`);
    expect(await fillDemo(running.node, { password, besides: true })).toEqual({ state: "already" });
    expect(await count(`select count(*)::int as n from "Message"`)).toBe(before);
  });

  it("keeps away from other people's conversations unless it is told to stand beside them", async () => {
    const shop = await startTestNode();
    await (await connect(shop, await makeGuest(shop))).say("Are you open today?");
    expect(await fillDemo(shop.node, { password, besides: false })).toEqual({ state: "occupied" });
    expect(await fillDemo(shop.node, { password, besides: true })).toMatchObject({ state: "done" });
  });
});
