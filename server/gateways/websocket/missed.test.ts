import { beforeAll, describe, expect, it } from "vitest";

import type { Grant } from "#protocol/http.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { isRecord, openSocket, type SocketClient } from "#server/testing/web-socket.ts";

let node: TestNode;
let colleague: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  colleague = await connect(node, await makeStaff(node));
});

const open = ({ token }: Grant): Promise<SocketClient> => openSocket(node, `/rayim?rayAccessToken=${token}`);
const textsOf = ({ objects }: SocketClient): unknown[] => objects.filter(isRecord).filter((frame) => frame["kind"] === "text").map((frame) => frame["msg"]);

async function leave(client: SocketClient): Promise<void> {
  client.socket.close();
  await client.closed;
}

/** Waits until everything that this client was sent before has come. */
async function settle(client: SocketClient): Promise<void> {
  client.send("rayHeartBeat");
  await client.next((frame) => frame === "rayImHeartBeatFeedback");
}

describe("a waiter who was away", () => {
  it("gets what customers wrote meanwhile as its first frames, once, and nothing from before it was one", async () => {
    const [guest, other] = [await connect(node, await makeGuest(node)), await connect(node, await makeGuest(node))];
    const { conversationId } = await guest.say("before");
    const grant = await makeStaff(node);
    const browser = await connect(node, grant);
    await browser.call("waiter:register", {});
    browser.close();
    const first = await open(grant);
    await guest.say("there");
    await first.nextObject({ msg: "there" });
    await leave(first);
    await guest.say("while away 1");
    await colleague.say("a colleague's", conversationId);
    await other.say("of another");
    await guest.say("while away 2");
    const second = await open(grant);
    await second.nextObject({ msg: "while away 2" });
    await guest.say("live");
    await second.nextObject({ msg: "live" });
    expect(textsOf(second)).toEqual(["while away 1", "of another", "while away 2", "live"]);
    await leave(second);
    const third = await open(grant);
    await settle(third);
    expect(textsOf(third)).toEqual([]);
  });

  it("gets the last twenty of them", async () => {
    const grant = await makeStaff(node);
    const browser = await connect(node, grant);
    await browser.call("waiter:register", {});
    browser.close();
    const guest = await connect(node, await makeGuest(node));
    for (let n = 1; n <= 25; n += 1) await guest.say(`text ${n}`);
    const client = await open(grant);
    await settle(client);
    expect(textsOf(client)).toEqual(Array.from({ length: 20 }, (_, n) => `text ${n + 6}`));
  });
});

describe("an agent who was away and is no waiter", () => {
  it("gets what its own customers wrote, and no others", async () => {
    const grant = await makeStaff(node);
    const browser = await connect(node, grant);
    const [mine, other] = [await connect(node, await makeGuest(node)), await connect(node, await makeGuest(node))];
    const { conversationId, seq } = await mine.say("hello");
    await other.say("hello");
    await browser.call("conversation:claim", { conversationId });
    await browser.call("conversation:read", { conversationId, delivered: seq });
    browser.close();
    await mine.say("are you there?");
    await other.say("is anybody there?");
    const client = await open(grant);
    await settle(client);
    expect(textsOf(client)).toEqual(["are you there?"]);
  });

  it("tells customers that their messages arrived", async () => {
    const grant = await makeStaff(node);
    const browser = await connect(node, grant);
    const guest = await connect(node, await makeGuest(node));
    await browser.call("conversation:claim", { conversationId: (await guest.say("hello")).conversationId });
    await open(grant);
    const { seq } = await guest.say("did it arrive?");
    const { receipts } = await guest.next("receipt:updated", (event) => event.receipts.staff.delivered >= seq);
    expect(receipts.staff).toEqual({ delivered: seq, read: 0 });
  });
});
