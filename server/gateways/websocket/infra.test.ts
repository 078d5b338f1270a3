import { beforeAll, describe, expect, it } from "vitest";

import type { Grant } from "#protocol/http.ts";
import { connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { httpClient } from "#server/testing/http-client.ts";
import { makeCustomer } from "#server/testing/identities.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { isRecord, openSocket, type SocketClient } from "#server/testing/web-socket.ts";

let node: TestNode;
let waiter: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  waiter = await connect(node, await makeStaff(node));
  await waiter.call("waiter:register", {});
});

const open = ({ token }: Grant): Promise<SocketClient> => openSocket(node, `/infra/ws?token=${token}`);
const demo = (content: object) => ({ type: "demo-message-send", content: JSON.stringify(content) });

/** The contents of all frames of a type. */
function received(client: SocketClient, type = "demo-message-receive"): unknown[] {
  return client.objects.flatMap((frame) => (isRecord(frame) && frame["type"] === type ? [JSON.parse(String(frame["content"]))] : []));
}

/** Everything said before is dealt with once this is answered. */
async function ping(client: SocketClient): Promise<void> {
  client.send("ping");
  await client.next((frame) => frame === "pong");
}

describe("/infra/ws", () => {
  it("says nothing by itself and answers ping with pong", async () => {
    const client = await open(await makeGuest(node));
    client.send("ping");
    expect(await client.count(1)).toEqual(["pong"]);
  });

  it("puts what a customer sends into its conversation, whomever it names", async () => {
    const grant = await makeGuest(node);
    const client = await open(grant);
    client.send(demo({ text: "to the shop", toUserId: waiter.user.id }));
    const { messages } = await waiter.next("message:created", (event) => event.messages.some((message) => message.kind === "text" && message.text === "to the shop"));
    expect(messages[0]).toMatchObject({ senderId: grant.user.id, seq: 1 });
    await waiter.say("<b>&answer", messages[0]?.conversationId);
    await client.nextObject({ type: "demo-message-receive" });
    expect(received(client)).toEqual([{ fromUserId: waiter.user.id, text: "<b>&answer", single: true }]);
  });

  it("sends what staff say to one customer, by our id or by the host's", async () => {
    const customer = await makeCustomer(node, "88");
    const [theirs, agent] = [await open(customer), await open(await makeStaff(node))];
    agent.send(demo({ text: "by id", toUserId: customer.user.id }));
    agent.send(demo({ text: "by number", toUserId: 88 }));
    await theirs.count(2);
    expect(received(theirs)).toMatchObject([{ text: "by id", single: true }, { text: "by number", single: true }]);
    const { messages } = await (await connect(node, customer)).call("conversation:sync", { after: 0 });
    expect(messages).toMatchObject([{ text: "by id" }, { text: "by number" }]);
  });

  it("pushes what staff say to a colleague, or without a name to all staff", async () => {
    const [ada, bob, carl] = [await makeStaff(node), await makeStaff(node), await makeStaff(node)];
    const [one, two, three, guest] = [await open(ada), await open(bob), await open(carl), await open(await makeGuest(node))];
    for (const client of [one, two, three, guest]) await ping(client);
    one.send(demo({ text: "just you", toUserId: bob.user.id }));
    one.send(demo({ text: "all", toUserId: null }));
    one.send(demo({ text: "all of you", toUserId: "" }));
    one.send(demo({ text: "everyone" }));
    await two.next((frame) => frame.includes("everyone"));
    const said = ["all", "all of you", "everyone"].map((text) => ({ fromUserId: ada.user.id, text, single: false }));
    expect(received(two)).toEqual([{ fromUserId: ada.user.id, text: "just you", single: true }, ...said]);
    await three.next((frame) => frame.includes("everyone"));
    expect(received(three)).toEqual(said);
    await ping(guest);
    expect(received(guest)).toEqual([]);
    expect((await waiter.next("push", ({ type }) => type === "demo-message-receive")).content).toMatchObject({ text: "all" });
  });

  it("tells notices and pushes under their own types, content always a string", async () => {
    const admin = httpClient(node, (await makeStaff(node, "admin")).token);
    const grant = await makeGuest(node);
    const client = await open(grant);
    await ping(client);
    const made = await admin("POST", "/api/v1/notices", { body: { title: "T", body: "B", level: "warning", audience: "customers" } });
    const id = isRecord(made.body) ? made.body["id"] : null;
    await admin("POST", `/api/v1/notices/${String(id)}/push`);
    await client.nextObject({ type: "notice-push" });
    expect(received(client, "notice-push")).toEqual([{ id, title: "T", type: "warning", content: "B", status: "published" }]);
    for (const content of ["text", { a: [1] }, 5, null]) await admin("POST", "/api/v1/push", { body: { to: { userIds: [grant.user.id] }, type: "order-paid", content } });
    await client.next((frame) => frame.includes(`"null"`));
    expect(client.objects.filter((frame) => isRecord(frame) && frame["type"] === "order-paid")).toEqual(["text", `{"a":[1]}`, "5", "null"].map((content) => ({ type: "order-paid", content })));
  });

  it("says nothing of types that its client does not know, nor of errors", async () => {
    const client = await open(await makeGuest(node));
    for (const frame of ["", "{", "[]", { type: "message:send", content: {} }, demo({}), demo({ text: 5 }), demo({ text: "" }), { type: "demo-message-send", content: "{" }, { type: "demo-message-send" }]) client.send(frame);
    client.socket.send(Buffer.from("binary"));
    await ping(client);
    const agent = await open(await makeStaff(node));
    agent.send(demo({ text: "x", toUserId: "nobody" }));
    await ping(agent);
    expect([...client.frames, ...agent.frames]).toEqual(["pong", "pong"]);
  });
});
