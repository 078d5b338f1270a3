import { beforeAll, describe, expect, it } from "vitest";

import { createGatewayToken, revokeGatewayToken } from "#server/auth/gateway-tokens.ts";
import { authenticate } from "#server/auth/identity.ts";
import { endAllSignIns } from "#server/auth/sign-ins.ts";
import { createTicket } from "#server/auth/tickets.ts";
import { signToken } from "#server/auth/tokens.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { makeCustomer, sessionCookie } from "#server/testing/identities.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { closeCode, openSocket } from "#server/testing/web-socket.ts";

const paths = ["/rayim", "/ws", "/infra/ws", "/webSocket/me", "/webSocketme", "/ws/me"];
let node: TestNode;

beforeAll(async () => {
  node = await startTestNode({ ALLOWED_ORIGINS: "https://shop.example,null" });
});

/** The status with which an upgrade is refused. */
async function refusedStatus(path: string, origin?: string, on = node): Promise<number> {
  const error: unknown = await openSocket(on, path, origin === undefined ? {} : { headers: { origin } }).then(() => null, (thrown: unknown) => thrown);
  const status = /server response: (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
  if (status === undefined) throw new Error(`it was not refused: ${String(error)}`);
  return Number(status);
}

/** Whether a client at this path gets an answer to what it says. */
async function isServed(path: string, options = {}, on = node): Promise<boolean> {
  const client = await openSocket(on, path, options);
  // Only of those whom it has let in does the server read anything.
  const letIn = new Promise<true>((resolve) => client.socket.once("pong", () => resolve(true)));
  client.socket.ping();
  const outcome = await Promise.race([client.closed, letIn]);
  client.socket.close();
  return outcome === true;
}

describe("an origin", () => {
  it.each(paths)("is refused with 403 before the upgrade at %s, whatever the cookie (S2)", async (path) => {
    for (const origin of ["https://evil.example", "https://shop.example.evil.example", "http://shop.example", "https://shop.example:444", "http://localhost:1"]) {
      expect(await refusedStatus(path, origin), origin).toBe(403);
    }
  });

  it("null passes where it is listed, and only with a token in the address (S3)", async () => {
    const { token } = await makeGuest(node);
    expect(await refusedStatus("/rayim", "null")).toBe(403);
    expect(await isServed(`/rayim?rayAccessToken=${token}`, { headers: { origin: "null" } })).toBe(true);
    const strict = await startTestNode();
    expect(await refusedStatus(`/rayim?rayAccessToken=${(await makeGuest(strict)).token}`, "null", strict)).toBe(403);
  });

  it("that is listed passes with a token, and without any it is no proof (S5)", async () => {
    const { token } = await makeGuest(node);
    expect(await isServed(`/ws?token=${token}`, { headers: { origin: "https://shop.example" } })).toBe(true);
    expect(await closeCode(node, "/ws", { headers: { origin: "https://shop.example" } })).toBe(4401);
  });
});

describe("a token", () => {
  it.each(paths)("is needed at %s: 101, then close 4401 (S9)", async (path) => {
    expect(await closeCode(node, path)).toBe(4401);
    for (const bad of ["x", "a.b.c", "undefined", "%00", "xk_0123456789"]) expect(await closeCode(node, `${path}?token=${bad}`), bad).toBe(4401);
  });

  it.each(paths)("of a user is taken at %s, under either name", async (path) => {
    const { token } = await makeGuest(node);
    expect(await isServed(`${path}?token=${token}`)).toBe(true);
    expect(await isServed(`${path}?rayAccessToken=${token}`)).toBe(true);
  });

  it("of another kind is refused (S12)", async () => {
    const { token, user } = await makeGuest(node);
    const claims = { sub: user.id };
    const file = await signToken(node.node.secrets, "file", { claims, expiresAt: new Date(Date.now() + 60_000) });
    expect(await closeCode(node, `/ws?token=${file}`)).toBe(4401);
    expect(await closeCode(node, `/ws?token=${token}x`)).toBe(4401);
  });

  it("that is a ticket opens one connection, which ends with the token that bought it", async () => {
    const { token } = await makeGuest(node);
    const bearer = await authenticate(node.node, token);
    const { ticket } = await createTicket(node.node, { ...bearer, expiresAt: new Date(Date.now() + 2_000) });
    const client = await openSocket(node, `/ws?token=${ticket}`);
    await client.nextObject({ type: "hello" });
    expect(await closeCode(node, `/ws?token=${ticket}`)).toBe(4401);
    expect(await client.nextObject({ type: "session:bye" })).toMatchObject({ content: { code: "token_expired", reconnectInMs: 0 } });
    expect((await client.closed).code).toBe(4401);
  });

  it("made for gateways is valid on those alone, and nowhere else", async () => {
    const { token } = await makeGuest(node);
    const made = await createGatewayToken(node.node, await authenticate(node.node, token), { gateways: ["rayim", "ws-plain"] });
    expect(await isServed(`/rayim?rayAccessToken=${made.token}`)).toBe(true);
    expect(await isServed(`/ws/me?token=${made.token}`)).toBe(true);
    for (const path of ["/ws", "/infra/ws", "/webSocket/me"]) expect(await closeCode(node, `${path}?token=${made.token}`)).toBe(4401);
    await expect(authenticate(node.node, made.token)).rejects.toMatchObject({ code: "unauthenticated" });
    const socket = await fetch(`${node.url}/api/v1/auth/ticket`, { method: "POST", headers: { authorization: `Bearer ${made.token}` } });
    expect(socket.status).toBe(401);
  });

  it("made for gateways is revoked singly and with all of the user's, on live connections too (S15)", async () => {
    const { token, user } = await makeGuest(node);
    const identity = await authenticate(node.node, token);
    const [one, other] = [await createGatewayToken(node.node, identity, { gateways: ["ws"] }), await createGatewayToken(node.node, identity, { gateways: ["ws"] })];
    const [first, second] = [await openSocket(node, `/ws?token=${one.token}`), await openSocket(node, `/ws?token=${other.token}`)];
    await revokeGatewayToken(node.node, identity, one.id);
    expect((await first.closed).code).toBe(4401);
    expect(await closeCode(node, `/ws?token=${one.token}`)).toBe(4401);
    expect(await isServed(`/ws?token=${other.token}`)).toBe(true);
    await endAllSignIns(node.node, user.id);
    expect((await second.closed).code).toBe(4401);
    expect(await closeCode(node, `/ws?token=${other.token}`)).toBe(4401);
  });
});

describe("the cookie", () => {
  it("authenticates with the exact origin of our own pages only", async () => {
    const cookie = await sessionCookie(node, await makeStaff(node));
    const own = `http://localhost:${node.port}`;
    for (const path of paths) expect(await isServed(path, { headers: { cookie, origin: own } })).toBe(true);
    expect(await closeCode(node, "/ws", { headers: { cookie } })).toBe(4401);
    expect(await closeCode(node, "/ws", { headers: { cookie, origin: "https://shop.example" } })).toBe(4401);
    expect(await closeCode(node, "/ws?token=x", { headers: { cookie, origin: own } })).toBe(4401);
  });
});

describe("an id in the path", () => {
  it("must be the caller's own: its id, the host's id or me", async () => {
    const { token, user } = await makeCustomer(node, "shop-17/ä");
    const other = await makeGuest(node);
    for (const base of ["/webSocket/", "/webSocket", "/ws/"]) {
      for (const id of [user.id, user.id.toUpperCase(), encodeURIComponent("shop-17/ä"), "me"]) expect(await isServed(`${base}${id}?token=${token}`), base + id).toBe(true);
      for (const id of [other.user.id, "shop-17", "1", "__proto__"]) expect(await closeCode(node, `${base}${id}?token=${token}`), base + id).toBe(4403);
    }
  });

  it("that cannot be decoded, or is none, leads nowhere", async () => {
    for (const path of ["/ws/%E0%A4%A", "/ws/", "/webSocket", "/webSocket/", "/ws/a/b", "/rayim/x", "/Rayim", "/infra", "/infra/ws/"]) expect(await refusedStatus(path), path).toBe(404);
  });
});

describe("the settings", () => {
  it("open a gateway to strangers, who become guests under the path's label", async () => {
    const open = await startTestNode({ OPEN_GATEWAYS: "ws-plain,ws" });
    const client = await openSocket(open, "/ws");
    expect(await client.nextObject({ type: "hello" })).toMatchObject({ content: { user: { guest: true, role: "customer" } } });
    expect(await isServed("/ws/anything-at-all", {}, open)).toBe(true);
    expect(await closeCode(open, "/rayim")).toBe(4401);
    expect(await closeCode(open, "/ws/me?token=bad")).toBe(4401);
    expect(await open.node.database.prisma.user.count({ where: { guest: true } })).toBe(2);
  });

  it("limit the guests of one address", async () => {
    const open = await startTestNode({ OPEN_GATEWAYS: "ws", RATE_LIMIT_EXEMPT: "" });
    await open.node.limits.count("guestIp", { key: "127.0.0.1", address: "127.0.0.1", points: 300 });
    await open.node.limits.count("guestIp", { key: "::1", address: "::1", points: 300 });
    expect(await closeCode(open, "/ws")).toBe(4429);
  });

  it("turn gateways off and give them other paths", async () => {
    const some = await startTestNode({ GATEWAYS: "rayim,ws-plain", GATEWAY_PATHS: "/raysale/rayim=/rayim,/old/socket=/ws" });
    const { token } = await makeGuest(some);
    expect(await isServed(`/raysale/rayim?rayAccessToken=${token}`, {}, some)).toBe(true);
    expect(await isServed(`/old/socket/me?token=${token}`, {}, some)).toBe(true);
    expect(await isServed(`/rayim?rayAccessToken=${token}`, {}, some)).toBe(true);
    for (const path of ["/ws", "/infra/ws", "/webSocket/me", "/old/socket", "/raysale/rayim/x"]) expect(await refusedStatus(`${path}?token=${token}`, undefined, some), path).toBe(404);
  });
});

describe("a session", () => {
  it("counts in presence, is listed with its gateway, and can be ended by an admin", async () => {
    const watcher = await connect(node, await makeStaff(node));
    await watcher.call("presence:watch", {});
    const { token, user } = await makeGuest(node);
    const client = await openSocket(node, `/ws/me?token=${token}`);
    const { joined } = await watcher.next("presence:changed", (change) => change.joined.some(({ userId }) => userId === user.id));
    expect(joined.find(({ userId }) => userId === user.id)).toMatchObject({ sessions: 1, role: "customer" });
    const [session] = node.node.sessions.ofUser(user.id);
    expect(session).toMatchObject({ gateway: "ws-plain" });
    if (session !== undefined) node.node.sessions.end(session, "disconnected", null);
    expect(await client.closed).toEqual({ code: 4403, reason: "disconnected" });
    expect(node.node.sessions.ofUser(user.id)).toEqual([]);
  });

  it("beyond ten of one user is refused (S21)", async () => {
    const strict = await startTestNode({ RATE_LIMIT_EXEMPT: "" });
    const { token } = await makeGuest(strict);
    for (let n = 0; n < 10; n += 1) await (await openSocket(strict, `/ws?token=${token}`)).nextObject({ type: "hello" });
    expect(await closeCode(strict, `/ws?token=${token}`)).toBe(4429);
  });

  it("is told goodbye when the node stops", async () => {
    const stopping = await startTestNode();
    const client = await openSocket(stopping, `/ws?token=${(await makeGuest(stopping)).token}`);
    await client.nextObject({ type: "hello" });
    await stopping.stop();
    expect(await client.nextObject({ type: "session:bye" })).toMatchObject({ content: { code: "drain" } });
    expect(await client.closed).toEqual({ code: 4503, reason: "drain" });
  });
});
