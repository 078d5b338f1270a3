import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import { logout } from "#server/auth/accounts.ts";
import { authenticate } from "#server/auth/identity.ts";
import { updateStaff } from "#server/auth/staff.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { makeFrame, openRawSocket } from "#server/testing/raw-web-socket.ts";

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

const polling = "/socket.io/?EIO=4&transport=polling";

/** Opens a session of Engine.IO by polling, and answers its id. */
async function openPolling(headers: Record<string, string> = {}): Promise<string> {
  const { sid }: { sid: string } = JSON.parse((await (await fetch(`${node.url}${polling}`, { headers })).text()).slice(1));
  return sid;
}

async function post(sid: string, body: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(`${node.url}${polling}&sid=${sid}`, { method: "POST", body, headers: { "content-type": "text/plain", ...headers } });
  await answer.text();
  return answer.status;
}

async function isAlive(): Promise<boolean> {
  const guest = await connect(node, await makeGuest(node));
  const { serverTime } = await guest.call("heartbeat", {});
  guest.close();
  return serverTime.endsWith("Z");
}

describe("a session by polling", () => {
  it("S20 is nobody's who guesses its id, nor another program's that shows it", async () => {
    const sid = await openPolling({ "user-agent": "mine" });
    expect(await post("AAAAAAAAAAAAAAAAAAAA", "2")).toBe(400);
    expect(await post("__proto__", "2")).toBe(400);
    expect(await post(sid, "2", { "user-agent": "another" })).toBe(400);
    const read = await fetch(`${node.url}${polling}&sid=${sid}`, { headers: { "user-agent": "another" } });
    expect([read.status, await read.text()]).toEqual([400, expect.not.stringContaining(sid)]);
    expect(await post(sid, `40${JSON.stringify({ token: (await makeGuest(node)).token, v: 1 })}`, { "user-agent": "mine" })).toBe(200);
  });

  it("S25 is closed when it brings bytes that are no text", async () => {
    const sid = await openPolling();
    expect(await post(sid, "2", { "content-type": "application/octet-stream" })).toBe(400);
    expect(await post(sid, "2")).toBe(400);
    expect(await isAlive()).toBe(true);
  });

  it("S24 is upgraded by nobody who speaks another version, and the process lives", async () => {
    const sid = await openPolling();
    for (const query of [`transport=websocket&sid=${sid}`, `EIO=3&transport=websocket&sid=${sid}`, "transport=websocket", "EIO=3&transport=websocket", "EIO=x&transport=websocket"]) {
      const socket = await openRawSocket(node.port, `/socket.io/?${query}`).catch(() => null);
      socket?.write(makeFrame({ opcode: 1, payload: "2probe" }));
      socket?.write(makeFrame({ opcode: 1, payload: "3" }));
      socket?.write(makeFrame({ opcode: 1, payload: "5" }));
      socket?.write(makeFrame({ opcode: 8, payload: Buffer.from([3, 232]) }));
      await socket?.closed;
    }
    expect(await isAlive()).toBe(true);
  });
});

describe("a handshake", () => {
  it("S19 that asks for an earlier session back is looked at like any other", async () => {
    const grant = await makeGuest(node);
    const client = await connect(node, grant);
    const { sessionId } = await client.next("hello");
    client.close();
    await logout(node.node, await authenticate(node.node, grant.token), {});
    const socket = await openRawSocket(node.port, "/socket.io/?EIO=4&transport=websocket");
    const told = new Promise<string>((resolve) => socket.tcp.on("data", (data) => /44\{/.test(data.toString("latin1")) && resolve(data.toString("latin1"))));
    socket.write(makeFrame({ opcode: 1, payload: `40${JSON.stringify({ token: grant.token, v: 1, pid: sessionId, offset: "0" })}` }));
    expect(await told).toContain(`"unauthenticated"`);
  });

  it("S23 that never comes to its end is given up after ten seconds", async () => {
    const begun = performance.now();
    const socket = await openRawSocket(node.port, "/socket.io/?EIO=4&transport=websocket");
    await socket.closed;
    expect(performance.now() - begun).toBeLessThan(15_000);
  });
});

describe("a packet", () => {
  it.each([
    `4511-["message:send",${JSON.stringify({ _placeholder: true, num: 0 })}]`, `451-["message:send",{}]`, `451000000000-["message:send"]`,
    `450-["message:send",${JSON.stringify({ _placeholder: true, num: 5 })}]`, `461-1[]`, "4", "42", "42{", `42["message:send"`, "4999", `42/elsewhere,["x"]`,
  ])("S76 that is none, or announces parts, ends its connection at most: %s", async (payload) => {
    const socket = await openRawSocket(node.port, "/socket.io/?EIO=4&transport=websocket");
    socket.write(makeFrame({ opcode: 1, payload: `40${JSON.stringify({ token: (await makeGuest(node)).token, v: 1 })}` }));
    socket.write(makeFrame({ opcode: 1, payload }));
    if (payload.startsWith("45")) await socket.closed;
    socket.tcp.destroy();
    expect(await isAlive()).toBe(true);
  });
});

describe("who was a waiter", () => {
  it("S42 hears nothing more once taken out, disabled or no longer of the staff", async () => {
    const boss = await makeStaff(node, "admin");
    const [admin, chief] = [await connect(node, boss), await authenticate(node.node, boss.token)];
    const [taken, disabled] = [await connect(node, await makeStaff(node)), await connect(node, await makeStaff(node))];
    for (const waiter of [taken, disabled, admin]) await waiter.call("waiter:register", {});
    // Of a new conversation all staff are told: what counts is what follows in it.
    const guest = await connect(node, await makeGuest(node));
    await guest.say("hello");
    await admin.call("waiter:unregister", { userId: taken.user.id });
    await updateStaff(node.node, chief, { id: disabled.user.id, disabled: true });
    await disabled.next("session:bye");
    const text = `a secret ${randomUUID()}`;
    await guest.say(text);
    await admin.next("message:created", ({ messages }) => messages.some((message) => "text" in message && message.text === text));
    // What was sent to it before this answer has come.
    await taken.call("heartbeat", {});
    for (const { received } of [taken, disabled]) expect(JSON.stringify(received)).not.toContain(text);
    const refused: unknown = await connect(node, disabled).catch((error: unknown) => error);
    expect(refused).toMatchObject({ error: { code: "unauthenticated" } });
  });
});
