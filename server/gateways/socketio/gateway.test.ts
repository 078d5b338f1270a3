import { randomUUID } from "node:crypto";
import { connect as openTcp } from "node:net";

import { io, type Socket } from "socket.io-client";
import { WebSocket } from "ws";
import { beforeAll, describe, expect, it } from "vitest";

import type { Grant } from "#protocol/http.ts";
import { logout } from "#server/auth/accounts.ts";
import { authenticate } from "#server/auth/identity.ts";
import { updateStaff } from "#server/auth/staff.ts";
import { signToken } from "#server/auth/tokens.ts";
import { atEnd } from "#server/testing/clean-up.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

function open(options: Parameters<typeof io>[1]): Socket {
  const socket = io(node.url, { transports: ["websocket"], forceNew: true, reconnection: false, ...options });
  atEnd(async () => {
    socket.close();
  });
  return socket;
}

/* The `data` of the refused handshake. */
function refusal(options: Parameters<typeof io>[1]): Promise<unknown> {
  const socket = open(options);
  return new Promise((resolve, reject) => {
    socket.once("hello", () => reject(new Error("the handshake was accepted")));
    socket.once("connect_error", (error) => resolve("data" in error ? error.data : error.message));
  });
}

/* The status that an upgrade is refused with; 101 when it is not. */
function upgradeStatus(path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${node.url.replace("http", "ws")}${path}`, { headers });
    socket.once("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.once("unexpected-response", (_, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once("error", () => {});
  });
}

const socketIo = "/socket.io/?EIO=4&transport=websocket";

describe("the handshake", () => {
  it("greets with hello before anything else", async () => {
    const guest = await connect(node, await makeGuest(node));
    expect(guest.received[0]).toMatchObject({ name: "hello", payload: { conversationId: null, heartbeatMs: 15_000, user: { id: guest.user.id, role: "customer", guest: true } } });
    const { conversationId } = await guest.say("hi");
    const again = await connect(node, guest);
    expect(again.received[0]).toMatchObject({ name: "hello", payload: { conversationId } });
  });

  it.each([
    ["S9 no token", {}],
    ["S14 an operator for a token", { token: { $ne: 1 } }],
    ["S14 a number for a token", { token: 1 }],
    ["S10 a token that nobody signed", { token: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0." }],
    ["S10 nonsense", { token: "x" }],
  ])("%s is unauthenticated", async (_, auth) => {
    expect(await refusal({ auth })).toMatchObject({ code: "unauthenticated", retryable: false });
  });

  it("S12 refuses a token that was made for something else", async () => {
    const { token, user } = await makeGuest(node);
    const claims = { sub: user.id, role: "customer", sid: randomUUID(), ver: 1, jti: randomUUID(), until: Math.floor(Date.now() / 1000) + 600 } as const;
    const ticket = await signToken(node.node.secrets, "ticket", { claims, expiresAt: new Date(Date.now() + 30_000) });
    expect(await refusal({ auth: { token: ticket } })).toMatchObject({ code: "unauthenticated" });
    expect(await refusal({ auth: { token: `${token.slice(0, -4)}AAAA` } })).toMatchObject({ code: "unauthenticated" });
  });

  it("refuses another version of the protocol", async () => {
    const { token } = await makeGuest(node);
    expect(await refusal({ auth: { token, v: 2 } })).toMatchObject({ code: "bad_request" });
  });

  it.each([
    ["S1 a foreign origin", "https://evil.example"],
    ["S3 the origin null", "null"],
    ["S4 another port", "http://localhost:1"],
    ["S4 our name inside another", "http://localhost.evil.example"],
  ])("%s is refused with 403 before the upgrade", async (_, origin) => {
    expect(await upgradeStatus(socketIo, { origin })).toBe(403);
    const polled = await fetch(`${node.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
    expect([polled.status, polled.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  });

  it("accepts our own origin, and none", async () => {
    expect(await upgradeStatus(socketIo, { origin: `http://localhost:${node.port}` })).toBe(101);
    expect(await upgradeStatus(socketIo)).toBe(101);
  });

  it("S8 refuses a token in the URL", async () => {
    expect(await upgradeStatus(`${socketIo}&token=abc`)).toBe(400);
  });

  it("S27 answers an upgrade to any other path with 404", async () => {
    for (const path of ["/", "/socket.io", "/socket.io/x", "/console", "/api/v1/x", "/_next/webpack-hmr"]) expect(await upgradeStatus(path)).toBe(404);
  });

  it("S26 answers an absolute address with 400 and opens nothing", async () => {
    const answer = await new Promise<string>((resolve) => {
      const tcp = openTcp(node.port, "127.0.0.1", () => {
        tcp.write("GET http://169.254.169.254/ HTTP/1.1\r\nHost: 127.0.0.1:6379\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      });
      tcp.once("data", (data) => {
        resolve(String(data));
        tcp.destroy();
      });
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });
});

describe("a heartbeat", () => {
  it("is answered at once, also while the commands before it wait for the database", async () => {
    const guest = await connect(node, await makeGuest(node));
    const { conversationId } = await guest.say("hi");
    const blocker = await node.node.database.pool.connect();
    await blocker.query("begin");
    await blocker.query(`select 1 from "Conversation" where id = $1 for update`, [conversationId]);
    const answered: string[] = [];
    const waiting = guest.ask("message:send", { clientMsgId: randomUUID(), kind: "text", text: "waits" }).then(() => answered.push("message:send"));
    await guest.call("heartbeat", {}).then(() => answered.push("heartbeat"));
    await blocker.query("rollback");
    blocker.release();
    await waiting;
    expect(answered).toEqual(["heartbeat", "message:send"]);
  });
});

describe("frames", () => {
  it("S46 lets a command without an acknowledgement pass, and answers unknown ones", async () => {
    const guest = await connect(node, await makeGuest(node));
    guest.socket.emit("message:send", { clientMsgId: randomUUID(), kind: "text", text: "no callback" });
    guest.socket.emit("heartbeat", "not a function", 5);
    for (const name of ["join", "subscribe", "__proto__", "constructor", "message:created"]) {
      expect(await guest.ask(name, { room: "waiters" })).toMatchObject({ ok: false, error: { code: "bad_request", retryable: false } });
    }
    expect((await guest.call("conversation:sync", { after: 0 })).head).toBe(1);
  });

  it("S77 refuses what is nested too deeply", async () => {
    const guest = await connect(node, await makeGuest(node));
    const answer = new Promise<string>((resolve) => {
      guest.socket.io.engine.on("message", (text: string) => text.startsWith("377") && resolve(text));
    });
    // As a packet of its own, because the client's encoder would not survive it.
    guest.socket.io.engine.send(`277["message:send",{"deep":${"[".repeat(20_000)}${"]".repeat(20_000)}}]`);
    expect(await answer).toContain("bad_request");
  });

  it("closes a connection whose frame is larger than 64 KiB, and one that sends binary parts", async () => {
    for (const payload of ["x".repeat(70_000), Buffer.from("binary")]) {
      const guest = await connect(node, await makeGuest(node));
      const closed = new Promise((resolve) => guest.socket.once("disconnect", resolve));
      guest.socket.emit("message:send", { clientMsgId: randomUUID(), kind: "text", text: payload });
      expect(await closed).toMatch(/transport/);
    }
  });

  it("S72 is not polluted by prototype names", async () => {
    const guest = await connect(node, await makeGuest(node));
    await guest.ask("message:send", JSON.parse(`{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}`));
    expect(Reflect.get({}, "isAdmin")).toBeUndefined();
  });
});

describe("who may stay", () => {
  const bye = (client: Awaited<ReturnType<typeof connect>>) => client.next("session:bye");

  it("S15 ends the session within 5 s of a logout, and its token is dead", async () => {
    const guest = await connect(node, await makeGuest(node));
    await logout(node.node, await authenticate(node.node, guest.token), {});
    expect(await bye(guest)).toEqual({ code: "revoked", reconnectInMs: null });
    expect(await refusal({ auth: { token: guest.token } })).toMatchObject({ code: "unauthenticated" });
  });

  it("S16 ends the sessions of a disabled agent and of one whose role changed", async () => {
    const admin = await authenticate(node.node, (await makeStaff(node, "admin")).token);
    const [disabled, demoted] = [await connect(node, await makeStaff(node)), await connect(node, await makeStaff(node, "admin"))];
    await updateStaff(node.node, admin, { id: disabled.user.id, disabled: true });
    await updateStaff(node.node, admin, { id: demoted.user.id, role: "agent" });
    expect((await bye(disabled)).code).toBe("revoked");
    expect((await bye(demoted)).code).toBe("revoked");
  });

  it("S17 ends a session whose token expires, and keeps one that was refreshed", async () => {
    const [late, fresh] = [await connect(node, await makeGuest(node)), await connect(node, await makeGuest(node))];
    const soon = (client: { user: { id: string } }) => {
      for (const session of node.node.sessions.ofUser(client.user.id)) session.identity = { ...session.identity, expiresAt: new Date(Date.now() + 500) };
    };
    soon(late);
    soon(fresh);
    const { expiresAt } = await fresh.call("token:refresh", { token: fresh.token });
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 60_000);
    expect(await bye(late)).toEqual({ code: "token_expired", reconnectInMs: 0 });
    expect((await fresh.call("heartbeat", {})).serverTime).toMatch(/Z$/);
  });

  it("S18 ends a session that is refreshed with somebody else's token", async () => {
    const [mine, other]: Grant[] = [await makeGuest(node), await makeGuest(node)];
    if (mine === undefined || other === undefined) throw new Error("no guests");
    const guest = await connect(node, mine);
    await expect(guest.call("token:refresh", { token: other.token })).rejects.toMatchObject({ error: { code: "forbidden" } });
    expect((await bye(guest)).reconnectInMs).toBeNull();
  });
});

describe("limits", () => {
  it("answer late whoever goes on, heartbeats included, and nobody else", async () => {
    const strict = await startTestNode({ RATE_LIMIT_EXEMPT: "" });
    const [flooder, other] = [await connect(strict, await makeGuest(strict)), await connect(strict, await makeGuest(strict))];
    const begun = performance.now();
    const late = Promise.all(Array.from({ length: 60 }, () => flooder.ask("message:send", { clientMsgId: randomUUID(), kind: "text", text: "x" })));
    await Promise.all(Array.from({ length: 5 }, () => other.call("heartbeat", {})));
    expect(performance.now() - begun).toBeLessThan(1_000);
    const answers = await late;
    // 20 are let through, 10 are refused at once, 30 five milliseconds after the other.
    expect(performance.now() - begun).toBeGreaterThan(140);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(20);
    await flooder.call("heartbeat", {});
  });

  it("S109 S21 hold for those who are not exempt, and say when to come back", async () => {
    const strict = await startTestNode({ RATE_LIMIT_EXEMPT: "" });
    const grant = await makeGuest(strict);
    const guest = await connect(strict, grant);
    const answers = await Promise.all(Array.from({ length: 25 }, () => guest.ask("message:send", { clientMsgId: randomUUID(), kind: "text", text: "x" })));
    const refused = answers.filter((answer) => !answer.ok);
    expect(refused).toHaveLength(5);
    expect(refused[0]).toMatchObject({ error: { code: "rate_limited", retryable: true } });
    expect(refused[0]).toHaveProperty("error.retryAfterMs");
    await guest.call("conversation:urge", {});
    await expect(guest.call("conversation:urge", {})).rejects.toMatchObject({ error: { code: "rate_limited" } });
    for (let n = 0; n < 9; n += 1) await connect(strict, grant);
    await expect(connect(strict, grant)).rejects.toMatchObject({ error: { code: "rate_limited" } });
  });
});
