import { beforeAll, describe, expect, it } from "vitest";

import type { ErrorCode } from "#protocol/errors.ts";
import { createGatewayToken } from "#server/auth/gateway-tokens.ts";
import { authenticate } from "#server/auth/identity.ts";
import { endAllSignIns } from "#server/auth/sign-ins.ts";
import { createTicket } from "#server/auth/tickets.ts";
import { connect as connectBrowser, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { sessionCookie } from "#server/testing/identities.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { connectStomp, openStomp, type StompClient, stompPath, writeFrame } from "#server/testing/stomp-client.ts";

let node: TestNode;
let token: string;

beforeAll(async () => {
  node = await startTestNode({ ALLOWED_ORIGINS: "https://shop.example,null" });
  ({ token } = await makeGuest(node));
});

/** An ERROR of this code came, and then the connection was closed. */
async function expectError(client: StompClient, code: ErrorCode, receipt?: string): Promise<void> {
  const frame = await client.next("ERROR");
  expect(frame.headers).toMatchObject({ code, message: expect.any(String), ...(receipt === undefined ? {} : { "receipt-id": receipt }) });
  expect(JSON.parse(frame.body)).toMatchObject({ code, retryable: expect.any(Boolean), requestId: expect.any(String) });
  const { code: closing } = await client.closed;
  expect(closing).toBe({ unauthenticated: 4401, forbidden: 4403, rate_limited: 4429, too_large: 1009 }[String(code)] ?? 1002);
  expect(client.frames().at(-1)?.command).toBe("ERROR");
}

async function isRefusedBeforeUpgrade(path: string, origin: string, cookie = ""): Promise<boolean> {
  const refusal: unknown = await openStomp(node, { path, socket: { headers: { origin, cookie } } }).then(() => null, (error: unknown) => error);
  return refusal instanceof Error && /response: 403/.test(refusal.message);
}

describe("CONNECT", () => {
  it("is answered with the version, the session, the user and the heart-beats", async () => {
    const { token: own, user } = await makeGuest(node);
    const client = await connectStomp(node, own);
    const { headers } = await client.next("CONNECTED");
    expect(headers).toMatchObject({ version: "1.2", "user-name": user.id, "heart-beat": "0,0" });
    expect(node.node.sessions.find(headers["session"] ?? "")).toMatchObject({ gateway: "stomp" });
  });

  it.each(["token", "passcode"])("takes the token in the header %s", async (header) => {
    const client = await openStomp(node);
    client.send("CONNECT", { "accept-version": "1.1,1.2", [header]: token });
    expect((await client.next("CONNECTED")).headers["version"]).toBe("1.2");
  });

  it("takes the token of the address, and a host or none", async () => {
    const client = await openStomp(node, { path: `${stompPath}?token=${token}` });
    client.send("STOMP", { "accept-version": "1.2", host: "anything" });
    expect((await client.next("CONNECTED")).headers["version"]).toBe("1.2");
  });

  it("takes a ticket once, and a gateway token where it names this gateway", async () => {
    const identity = await authenticate(node.node, token);
    const { ticket } = await createTicket(node.node, identity);
    await connectStomp(node, ticket);
    const again = await openStomp(node);
    again.send("CONNECT", { "accept-version": "1.2", token: ticket });
    await expectError(again, "unauthenticated");
    const here = await createGatewayToken(node.node, identity, { gateways: ["stomp"], expiresInS: 60 });
    await connectStomp(node, here.token);
    const elsewhere = await createGatewayToken(node.node, identity, { gateways: ["ws"], expiresInS: 60 });
    const client = await openStomp(node);
    client.send("CONNECT", { "accept-version": "1.2", token: elsewhere.token });
    await expectError(client, "unauthenticated");
  });

  it("takes the cookie of our own pages, and of no other origin", async () => {
    const staff = await makeStaff(node);
    const cookie = await sessionCookie(node, staff);
    const own = await openStomp(node, { socket: { headers: { cookie, origin: node.node.config.publicUrl, host: new URL(node.node.config.publicUrl).host } } });
    own.send("CONNECT", { "accept-version": "1.2" });
    expect((await own.next("CONNECTED")).headers["user-name"]).toBe(staff.user.id);
    const foreign: Record<string, string>[] = [{ cookie, origin: "https://shop.example" }, { cookie }];
    for (const headers of foreign) {
      const other = await openStomp(node, { socket: { headers } });
      other.send("CONNECT", { "accept-version": "1.2" });
      await expectError(other, "unauthenticated");
    }
  });

  it("is refused without a token, and with one that does not hold (S36)", async () => {
    const shown: Record<string, string>[] = [{}, { token: "" }, { token: "x.y.z" }, { passcode: "guest", login: "guest" }, { token: `${token}x` }];
    for (const headers of shown) {
      const client = await openStomp(node);
      client.send("CONNECT", { "accept-version": "1.2", ...headers });
      await expectError(client, "unauthenticated");
    }
  });

  it("makes a guest where the gateway is open", async () => {
    const open = await startTestNode({ OPEN_GATEWAYS: "stomp" });
    const client = await openStomp(open);
    client.send("CONNECT", { "accept-version": "1.2" });
    const { headers } = await client.next("CONNECTED");
    expect(open.node.sessions.find(headers["session"] ?? "")?.identity).toMatchObject({ role: "customer", guest: true });
    await client.subscribe("mine", "/chat/single/whatever-the-page-calls-itself");
  });

  it("is refused where the gateway is off", async () => {
    const off = await startTestNode({ GATEWAYS: "ws" });
    await expect(openStomp(off)).rejects.toThrow(/404/);
  });

  it("stands at the paths of GATEWAY_PATHS too", async () => {
    const other = await startTestNode({ GATEWAY_PATHS: "/raysale/stomp=/endpoint-websocket" });
    const { token: there } = await makeGuest(other);
    const client = await openStomp(other, { path: "/raysale/stomp/websocket" });
    client.send("CONNECT", { "accept-version": "1.2", token: there });
    expect((await client.next("CONNECTED")).headers["version"]).toBe("1.2");
  });

  it("speaks the highest version that both know", async () => {
    for (const [offered, spoken] of [["1.0,1.1,1.2", "1.2"], ["1.1", "1.1"], ["1.1,1.0", "1.1"], [" 1.2 , 1.1", "1.2"]] as const) {
      const client = await openStomp(node);
      client.send("CONNECT", { "accept-version": offered, token });
      expect((await client.next("CONNECTED")).headers["version"]).toBe(spoken);
      client.close();
    }
    const unknown: Record<string, string>[] = [{ "accept-version": "1.0,2.0", token }, { token }];
    for (const headers of unknown) {
      const client = await openStomp(node);
      client.send("CONNECT", headers);
      await expectError(client, "bad_request");
      expect((await client.next("ERROR")).headers["version"]).toBe("1.2,1.1");
    }
  });

  it("selects the highest common subprotocol", async () => {
    for (const [protocols, chosen] of [[["v10.stomp", "v11.stomp", "v12.stomp"], "v12.stomp"], [["v11.stomp"], "v11.stomp"], [[], ""]] as const) {
      expect((await openStomp(node, { socket: { protocols } })).protocol).toBe(chosen);
    }
    await expect(openStomp(node, { socket: { protocols: ["v10.stomp"] } })).rejects.toThrow(/subprotocol/);
  });

  it("comes once (S82)", async () => {
    const client = await connectStomp(node, token);
    client.send("CONNECT", { "accept-version": "1.2", token });
    await expectError(client, "bad_request");
  });

  it("comes first (S82)", async () => {
    for (const command of ["SEND", "SUBSCRIBE", "DISCONNECT", "ACK", "BEGIN"]) {
      const client = await openStomp(node);
      client.send(command, { destination: "/app/heartbeat", id: "1", receipt: "r" });
      await expectError(client, "bad_request", "r");
    }
  });

  it("clamps heart-beats to 10 to 60 s, and refuses what is no number (S82)", async () => {
    const agreed = [["1,1", "10000,10000"], ["0,99999999999", "60000,0"], ["20000,0", "0,20000"], ["15000,30000", "30000,15000"]] as const;
    for (const [asked, answered] of agreed) {
      const client = await connectStomp(node, token, { connect: { "heart-beat": asked } });
      expect((await client.next("CONNECTED")).headers["heart-beat"]).toBe(answered);
      client.close();
    }
    for (const asked of ["a,b", "-1,0", "1", "1,2,3", "1e4,0"]) {
      const client = await openStomp(node);
      client.send("CONNECT", { "accept-version": "1.2", token, "heart-beat": asked });
      await expectError(client, "bad_request");
    }
  });
});

describe("an origin", () => {
  it("that is not listed is refused with 403 before the upgrade, whatever the cookie (S2)", async () => {
    const cookie = await sessionCookie(node, await makeStaff(node));
    for (const path of [stompPath, `${stompPath}/websocket`, `${stompPath}/000/abcdefgh/websocket`, `${stompPath}?token=${token}`]) {
      for (const origin of ["https://evil.example", "https://shop.example.evil.example", "http://shop.example"]) {
        expect(await isRefusedBeforeUpgrade(path, origin, cookie)).toBe(true);
      }
    }
  });

  it("null passes where it is listed, with a token in the address", async () => {
    expect(await isRefusedBeforeUpgrade(stompPath, "null")).toBe(true);
    const client = await openStomp(node, { path: `${stompPath}?token=${token}`, socket: { headers: { origin: "null" } } });
    client.send("CONNECT", { "accept-version": "1.2" });
    await client.next("CONNECTED");
  });
});

describe("a frame", () => {
  const bad: Record<string, string | Buffer> = {
    "with a content-length beyond its body": "SEND\ndestination:/app/heartbeat\ncontent-length:1\n\nabc\0",
    "with a negative content-length": "SEND\ndestination:/app/heartbeat\ncontent-length:-1\n\nabc\0",
    "with a NUL in a header": "SEND\ndestination:/app/heart\0beat\n\n\0",
    "with an unknown escape": "SEND\ndestination:/app/\\t\n\n\0",
    "with an unknown command": "HELLO\n\n\0",
    "without a colon in a header": "SEND\ndestination\n\n\0",
    "that is no UTF-8": Buffer.of(0x53, 0xff, 0x0a),
    "without a destination": "SEND\n\n{}\0",
    "that begins a transaction": "BEGIN\ntransaction:1\n\n\0",
    "in a transaction": "SEND\ndestination:/app/heartbeat\ntransaction:1\n\n\0",
    "that subscribes without an id": "SUBSCRIBE\ndestination:/topic/notices\n\n\0",
    "that unsubscribes without an id": "UNSUBSCRIBE\n\n\0",
  };
  it.each(Object.entries(bad))("%s is answered with ERROR and ends the connection (S82)", async (_, bytes) => {
    const client = await connectStomp(node, token);
    client.raw(bytes);
    await expectError(client, "bad_request");
  });

  const large: Record<string, string> = {
    "with a content-length of 1e12": "SEND\ndestination:/app/heartbeat\ncontent-length:1000000000000\n\nabc\0",
    "with 1,001 headers": `SEND\n${"a:b\n".repeat(1_001)}\n\0`,
    "with a header of 60 KB": `SEND\na:${"b".repeat(60_000)}\n\n\0`,
  };
  it.each(Object.entries(large))("%s is too large (S82)", async (_, bytes) => {
    const client = await connectStomp(node, token);
    client.raw(bytes);
    await expectError(client, "too_large");
  });

  it("may come in pieces, as may several in one, and bytes as well as text", async () => {
    const client = await openStomp(node);
    const bytes = Buffer.from(`\n${writeFrame("CONNECT", { "accept-version": "1.2", token })}\r\n${writeFrame("SUBSCRIBE", { id: "一", destination: "/topic/notices", receipt: "r" })}`);
    for (let at = 0; at < bytes.length; at += 7) client.raw(bytes.subarray(at, at + 7));
    expect((await client.next("RECEIPT")).headers["receipt-id"]).toBe("r");
  });

  it("larger than 64 KiB ends the connection with 1009", async () => {
    const client = await connectStomp(node, token);
    client.raw("x".repeat(66_000));
    expect((await client.closed).code).toBe(1009);
    const inPieces = await connectStomp(node, token);
    for (let n = 0; n < 3; n += 1) inPieces.raw(n === 0 ? `SEND\n\n${"x".repeat(30_000)}` : "x".repeat(30_000));
    await expectError(inPieces, "too_large");
  });

  it("before a bad one is carried out", async () => {
    const client = await connectStomp(node, token);
    client.raw(`${writeFrame("SUBSCRIBE", { id: "1", destination: "/topic/notices", receipt: "r" })}BAD\n\n\0`);
    await client.next("RECEIPT", { "receipt-id": "r" });
    await expectError(client, "bad_request");
  });

  it("that is refused tells nothing of the inside", async () => {
    const client = await openStomp(node);
    client.send("CONNECT", { "accept-version": "1.2", token: "secret-token-value" });
    const { headers, body } = await client.next("ERROR");
    expect(JSON.stringify(headers) + body).not.toMatch(/secret-token-value|node_modules|\.ts:\d|prisma|select/i);
  });
});

describe("the end", () => {
  it("by DISCONNECT comes after its receipt", async () => {
    const client = await connectStomp(node, token);
    client.raw(`${writeFrame("DISCONNECT", { receipt: "bye" })}${writeFrame("SUBSCRIBE", { id: "1", destination: "/topic/nothing" })}`);
    expect((await client.next("RECEIPT")).headers["receipt-id"]).toBe("bye");
    expect((await client.closed).code).toBe(1000);
    expect(client.frames().map(({ command }) => command)).toEqual(["CONNECTED", "RECEIPT"]);
  });

  it("takes ACK, NACK and an unknown subscription for nothing", async () => {
    const client = await connectStomp(node, token);
    client.send("ACK", { id: "1", receipt: "a" });
    client.send("NACK", { id: "1" });
    client.send("UNSUBSCRIBE", { id: "never", receipt: "u" });
    await client.next("RECEIPT", { "receipt-id": "u" });
    expect(client.frames().map(({ headers }) => headers["receipt-id"])).toEqual([undefined, "a", "u"]);
  });

  it("comes with a goodbye when the sign-in ends, on a live connection", async () => {
    const guest = await makeGuest(node);
    const client = await connectStomp(node, guest.token);
    await client.subscribe("events", "/user/queue/events");
    await endAllSignIns(node.node, guest.user.id);
    const { body } = await client.next("MESSAGE", { event: "session:bye" });
    expect(JSON.parse(body)).toEqual({ code: "revoked", reconnectInMs: null });
    expect((await client.closed).code).toBe(4401);
  });

  it("of a stop is a goodbye that says when to come back", async () => {
    const other = await startTestNode();
    const client = await connectStomp(other, (await makeGuest(other)).token);
    await client.subscribe("events", "/user/queue/events");
    await other.stop();
    const { body } = await client.next("MESSAGE", { event: "session:bye" });
    expect(JSON.parse(body)).toMatchObject({ code: "drain", reconnectInMs: expect.any(Number) });
    expect((await client.closed).code).toBe(4503);
  });

  it("takes the session out of presence, which counted it", async () => {
    const admin = await connectBrowser(node, await makeStaff(node, "admin"));
    await admin.call("presence:watch", {});
    const guest = await makeGuest(node, "Presence over STOMP");
    const client = await connectStomp(node, guest.token);
    const joined = await admin.next("presence:changed", (change) => change.joined.some(({ userId }) => userId === guest.user.id));
    expect(joined.joined.find(({ userId }) => userId === guest.user.id)).toMatchObject({ sessions: 1, status: "online" });
    client.close();
    await admin.next("presence:changed", (change) => change.updated.some(({ userId, sessions }) => userId === guest.user.id && sessions === 0));
  });
});
