import { randomUUID } from "node:crypto";

import { Client } from "@stomp/stompjs";
import SockJsClient from "sockjs-client";
import Stomp from "stompjs";
import { beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { connect as connectBrowser, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { atEnd } from "#server/testing/clean-up.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let node: TestNode;
let agent: TestClient;
let guest: TestClient;

beforeAll(async () => {
  node = await startTestNode();
  agent = await connectBrowser(node, await makeStaff(node));
  await agent.call("waiter:register", {});
  guest = await connectBrowser(node, await makeGuest(node));
  await guest.say("hello");
});

const address = (scheme: "http" | "ws"): string => `${scheme}://localhost:${node.port}/endpoint-websocket`;
const transports = ["websocket", "xhr-streaming", "xhr-polling", "eventsource"] as const;
type Carried = (typeof transports)[number] | "native";

function open(carried: Carried, query = ""): globalThis.WebSocket {
  const socket: unknown = carried === "native"
    ? new WebSocket(`${address("ws")}${query}`, ["v12.stomp", "v11.stomp", "v10.stomp"])
    : new SockJsClient(`${address("http")}${query}`, undefined, { transports: [carried] });
  if (!isBrowserSocket(socket)) throw new Error("it is no socket");
  return socket;
}

/* As far as these clients ask. */
function isBrowserSocket(socket: unknown): socket is globalThis.WebSocket {
  return typeof socket === "object" && socket !== null && "send" in socket && "readyState" in socket;
}

/** Texts as they come, and a way to wait for one. */
function collect() {
  const texts: string[] = [];
  const waiting = new Set<() => void>();
  return {
    push(text: string): void {
      texts.push(text);
      for (const look of waiting) look();
    },
    next: (fits: (text: string) => boolean) => new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`it did not come; came: ${texts.join("\n")}`)), 15_000);
      const look = (): void => {
        const found = texts.find(fits);
        if (found === undefined) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    }),
  };
}

describe.each(["native", ...transports] satisfies Carried[])("over %s", (carried) => {
  it("the present @stomp/stompjs connects, subscribes, sends, gets receipts and takes leave", async () => {
    const lines = collect();
    const client = new Client({
      connectHeaders: { token: guest.token },
      heartbeatIncoming: 10_000,
      heartbeatOutgoing: 10_000,
      reconnectDelay: 0,
      webSocketFactory: () => open(carried),
    });
    atEnd(() => client.deactivate());
    const connected = new Promise<string>((resolve) => {
      client.onConnect = () => resolve(client.connectedVersion ?? "");
    });
    client.activate();
    expect(await connected).toBe("1.2");
    client.subscribe("/topic/game_chat", ({ body }) => lines.push(body));
    const subscribed = new Promise((resolve) => client.watchForReceipt("there", resolve));
    client.subscribe("/user/queue/events", ({ headers, body }) => lines.push(`${headers["event"] ?? ""} ${body}`), { receipt: "there" });
    await subscribed;
    const { conversationId } = await guest.say("一二三 from the browser");
    await lines.next((line) => line.includes('"content":"一二三 from the browser"'));
    const mark = randomUUID();
    const sent = new Promise((resolve) => client.watchForReceipt("sent", resolve));
    client.publish({ destination: "/app/message:send", headers: { receipt: "sent" }, body: JSON.stringify({ clientMsgId: randomUUID(), kind: "text", text: `${mark} ${"长".repeat(3_000)}` }) });
    await sent;
    expect(JSON.parse((await lines.next((line) => line.startsWith("ack "))).slice(4))).toMatchObject({ ok: true, data: { message: { conversationId } } });
    const seen = await agent.next("message:created", ({ messages }) => messages.some((message) => message.kind === "text" && message.text.startsWith(mark)));
    expect(seen.messages).toHaveLength(1);
    const gone = new Promise((resolve) => {
      client.onDisconnect = resolve;
    });
    await Promise.all([client.deactivate(), gone]);
  });

  it("the old stompjs 2.3.3 does, too", async () => {
    const lines = collect();
    const client = Stomp.over(open(carried));
    client.debug = () => {};
    await new Promise<void>((resolve, reject) => client.connect({ passcode: guest.token }, () => resolve(), reject));
    client.subscribe(`/chat/single/${guest.user.id}`, ({ body }) => lines.push(body));
    const own = client.subscribe("/topic/game_chat", ({ body }) => lines.push(body));
    const mark = randomUUID();
    // Longer than what it sends in one piece.
    client.send("/app/v1/chat", {}, JSON.stringify({ content: `${mark} ${"a".repeat(3_900)}`, padding: "x".repeat(20_000) }));
    const seen = await agent.next("message:created", ({ messages }) => messages.some((message) => message.kind === "text" && message.text.startsWith(mark)));
    const [{ conversationId } = { conversationId: "" }] = seen.messages;
    await lines.next((line) => line.includes(mark));
    own.unsubscribe();
    await agent.say(`<b>${mark}</b>`, conversationId);
    const line = await lines.next((text) => text.includes(`&lt;b&gt;${mark}`));
    expect(JSON.parse(line)).toMatchObject({ content: `&lt;b&gt;${mark}&lt;/b&gt;`, from: agent.user.id, to: guest.user.id });
    await new Promise<void>((resolve) => client.disconnect(resolve));
  });

  it("a refused CONNECT is told and ends the connection", async () => {
    const client = new Client({
      connectHeaders: { token: "not a token" },
      reconnectDelay: 0,
      webSocketFactory: () => open(carried),
    });
    const refused = new Promise<string | undefined>((resolve) => {
      client.onStompError = ({ headers }) => resolve(headers["code"]);
    });
    const closed = new Promise<number>((resolve) => {
      client.onWebSocketClose = (event: { code: number }) => resolve(event.code);
    });
    client.activate();
    expect(await refused).toBe("unauthenticated");
    expect(await closed).toBe(4401);
    await client.deactivate();
  });

  it("the token of the address counts", async () => {
    const client = new Client({
      reconnectDelay: 0,
      webSocketFactory: () => open(carried, `?token=${guest.token}`),
    });
    const user = new Promise<string | undefined>((resolve) => {
      client.onConnect = ({ headers }) => resolve(headers["user-name"]);
    });
    client.activate();
    expect(await user).toBe(guest.user.id);
    await client.deactivate();
  });
});
