import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import { createGatewayToken, revokeGatewayToken } from "#server/auth/gateway-tokens.ts";
import { authenticate } from "#server/auth/identity.ts";
import { startCluster } from "#server/testing/cluster.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import type { TestNode } from "#server/testing/node.ts";
import { openSocket } from "#server/testing/web-socket.ts";

let one: TestNode;
let two: TestNode;

beforeAll(async () => {
  [one, two] = (await startCluster()).nodes;
});

describe("a client of texts", () => {
  it("gets what agents send on other nodes, in order, once, beside what its own node brings", async () => {
    const [here, there] = [await connect(one, await makeStaff(one)), await connect(two, await makeStaff(one))];
    const grant = await makeGuest(one);
    const client = await openSocket(one, `/rayim?rayAccessToken=${grant.token}`);
    client.send({ code: 1, msg: "hello" });
    const { conversationId } = await client.nextObject({ self: true });
    const place = { conversationId: String(conversationId), kind: "text" } as const;
    const say = (agent: typeof here, text: string) => agent.call("message:send", { ...place, clientMsgId: randomUUID(), text });
    await Promise.all(Array.from({ length: 60 }, (_, n) => say(n % 2 === 0 ? here : there, `text ${n}`)));
    const frames = (await client.count(61)).map((frame) => JSON.parse(frame));
    expect(frames.map(({ seq }) => seq)).toEqual(Array.from({ length: 61 }, (_, n) => n + 1));
    expect(new Set(frames.map(({ msg }) => msg)).size).toBe(61);
  });

  it("gets on another node what it missed on the first", async () => {
    const agent = await connect(two, await makeStaff(one));
    const grant = await makeGuest(one);
    const { conversationId } = await (await connect(one, grant)).say("hello");
    await agent.say("while away", conversationId);
    const first = await openSocket(one, `/ws/me?token=${grant.token}`);
    expect(await first.count(1)).toEqual(["while away"]);
    first.socket.close();
    await first.closed;
    await expect.poll(async () => (await one.node.database.prisma.readMark.findFirst({ where: { userId: grant.user.id } }))?.delivered).toBe(2n);
    const second = await openSocket(two, `/ws/me?token=${grant.token}`);
    await agent.say("live", conversationId);
    expect(await second.count(1)).toEqual(["live"]);
  });

  it("is closed within 5 s when its gateway token is revoked on another node (S15)", async () => {
    const identity = await authenticate(one.node, (await makeGuest(one)).token);
    const { id, token } = await createGatewayToken(one.node, identity, { gateways: ["ws"] });
    const client = await openSocket(two, `/ws?token=${token}`);
    await client.nextObject({ type: "hello" });
    const begun = performance.now();
    await revokeGatewayToken(one.node, identity, id);
    expect((await client.closed).code).toBe(4401);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
