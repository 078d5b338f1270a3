import { beforeAll, describe, expect, it } from "vitest";

import { createGatewayToken, revokeGatewayToken } from "#server/auth/gateway-tokens.ts";
import { authenticate } from "#server/auth/identity.ts";
import { startCluster } from "#server/testing/cluster.ts";
import { connect as connectBrowser, makeGuest, makeStaff } from "#server/testing/clients.ts";
import type { TestNode } from "#server/testing/node.ts";
import { connectStomp, subscribeStomp } from "#server/testing/stomp-client.ts";

let one: TestNode;
let two: TestNode;

beforeAll(async () => {
  [one, two] = (await startCluster()).nodes;
});

describe("over several nodes", () => {
  it("plain texts come in order and once, whoever sends them where", async () => {
    const [here, there] = [await connectBrowser(one, await makeStaff(one)), await connectBrowser(two, await makeStaff(one))];
    const guest = await makeGuest(one);
    const { conversationId } = await (await connectBrowser(two, guest)).say("hello");
    const client = await subscribeStomp(one, guest, { s: "/chat/single/me", g: "/topic/game_chat", c: `/topic/conversation.${conversationId}` });
    await Promise.all(Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? here : there).say(`text ${n}`, conversationId)));
    const { messages } = await here.call("conversation:sync", { conversationId, after: 1 });
    const stored = messages.map((message) => (message.kind === "text" ? message.text : ""));
    expect(stored).toHaveLength(60);
    for (const subscription of ["s", "g"]) {
      await client.told(subscription, { body: ({ content }) => content === stored.at(-1) });
      expect(client.all(subscription)).toEqual(stored.map((content) => expect.objectContaining({ content })));
    }
  });

  it("a text to all and a push reach every node", async () => {
    const admin = await subscribeStomp(one, await makeStaff(one, "admin"), { events: "/user/queue/events" });
    const reader = await subscribeStomp(two, await makeGuest(one), { g: "/topic/game_chat" });
    expect(await admin.ask("/app/v1/chat", { content: "to all nodes" })).toMatchObject({ ok: true });
    expect(await reader.told("g")).toMatchObject({ content: "to all nodes", to: null });
  });

  it("a gateway token that is revoked on another node ends the connection within 5 s (P16)", async () => {
    const identity = await authenticate(one.node, (await makeGuest(one)).token);
    const { id, token } = await createGatewayToken(one.node, identity, { gateways: ["stomp"] });
    const client = await connectStomp(two, token);
    const begun = performance.now();
    await revokeGatewayToken(one.node, identity, id);
    expect((await client.closed).code).toBe(4401);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
