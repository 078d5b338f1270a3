import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createStore, type StoreApi } from "zustand/vanilla";

import type { Grant } from "#protocol/http.ts";
import { makeGuest, makeStaff } from "#server/testing/clients.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

import { CommandError } from "./command-error.ts";
import { type Connection, createConnection } from "./connection.ts";
import type { ServerEvent, Connection as Shown } from "./state.ts";
import { openProxy } from "./testing/proxy.ts";
import { until } from "./testing/until.ts";
import type { TokenSource } from "./tokens.ts";

type Seen = { shown: Shown[]; hellos: string[] };

let node: TestNode;
beforeAll(async () => {
  node = await startTestNode();
});

function open(tokens: TokenSource, url = node.url): { connection: Connection; seen: StoreApi<Seen> } {
  const seen = createStore<Seen>(() => ({ shown: [], hellos: [] }));
  const onEvent = (event: ServerEvent) => {
    if (event.name === "hello") seen.setState(({ hellos }) => ({ hellos: [...hellos, event.payload.sessionId] }));
  };
  const onStatus = (status: Shown) => seen.setState(({ shown }) => ({ shown: [...shown, status] }));
  const connection = createConnection({ tokens, url, onEvent, onStatus, onAwake() {} });
  onTestFinished(() => connection.stop());
  connection.start();
  return { connection, seen };
}

function always(grant: Grant): TokenSource {
  return { current: async () => grant, renew: async () => grant };
}

const last = ({ shown }: Seen) => shown.at(-1);
const connected = (seen: StoreApi<Seen>, times = 1) => until(seen, ({ hellos }) => hellos.length === times);

describe("a connection", () => {
  it("gives commands and gets answers", async () => {
    const { connection, seen } = open(always(await makeGuest(node)));
    await connected(seen);
    expect(connection.isLive()).toBe(true);
    expect(await connection.call("conversation:sync", { after: 0 })).toMatchObject({ conversationId: null, head: 0 });
    await expect(connection.call("waiter:list", {})).rejects.toMatchObject({ code: "forbidden", retryable: false });
  });

  it("refuses commands at once while there is no connection", async () => {
    const { connection } = open({ current: () => new Promise(() => {}), renew: () => new Promise(() => {}) });
    await expect(connection.call("heartbeat", {})).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });

  it("gets another token when its own is refused", async () => {
    const grant = await makeGuest(node);
    const { seen } = open({ current: async () => ({ ...grant, token: "worn out" }), renew: async () => grant });
    await connected(seen);
    expect(last(seen.getState())).toMatchObject({ status: "connected" });
  });

  it("ends when no token is accepted", async () => {
    const grant = await makeGuest(node);
    const { seen } = open(always({ ...grant, token: "worn out" }));
    await until(seen, (now) => last(now)?.status === "ended");
    expect(last(seen.getState())).toEqual({ status: "ended", visible: true, reason: "unauthenticated" });
  });

  it("ends when nobody is signed in", async () => {
    const refuse = () => Promise.reject(new CommandError({ code: "unauthenticated", message: "sign in", retryable: false }));
    const { seen } = open({ current: refuse, renew: refuse });
    await until(seen, (now) => last(now)?.status === "ended");
    expect(last(seen.getState())?.reason).toBe("unauthenticated");
  });

  it("renews its token while it is open, before the token ends", async () => {
    const grant = await makeStaff(node);
    const soon = { ...grant, expiresAt: new Date(Date.now() + 1_300).toISOString() };
    let renewed = 0;
    const { seen } = open({
      current: async () => soon,
      renew: async () => {
        renewed += 1;
        return grant;
      },
    });
    const { hellos } = await connected(seen);
    const session = node.node.sessions.find(hellos[0] ?? "");
    const before = session?.identity;
    await expect.poll(() => session?.identity !== before, { timeout: 5_000 }).toBe(true);
    expect(renewed).toBe(1);
  });

  it("comes back with another token when its own has ended", async () => {
    const grant = await makeGuest(node);
    let renewed = 0;
    const { seen } = open({
      current: async () => grant,
      renew: async () => {
        renewed += 1;
        return grant;
      },
    });
    const { hellos } = await connected(seen);
    const session = node.node.sessions.find(hellos[0] ?? "");
    if (session === undefined) throw new Error("no session");
    node.node.sessions.end(session, "token_expired", 0);
    await connected(seen, 2);
    expect(renewed).toBe(1);
  });

  it("keeps short troubles quiet and shows long ones", async () => {
    const { connection, seen } = open(always(await makeGuest(node)), "http://127.0.0.1:9");
    await until(seen, (now) => last(now)?.visible === true);
    expect(seen.getState().shown).toEqual([{ status: "connecting", visible: true, reason: null }]);
    expect(connection.isLive()).toBe(false);
  });

  it("leaves a line that went silent within 10 s of a command, and asks other nodes until one greets", async () => {
    const proxy = await openProxy(node.port);
    const { connection, seen } = open(always(await makeGuest(node)), proxy.url);
    await connected(seen);
    proxy.silence();
    const begun = Date.now();
    await expect(connection.call("conversation:sync", { after: 0 })).rejects.toMatchObject({ code: "unavailable" });
    await expect.poll(() => proxy.asked.length, { timeout: 10_000 }).toBe(2);
    expect(Date.now() - begun).toBeLessThan(10_000);
    // The second connection stays silent, as one to a node that hangs too.
    proxy.heal();
    await connected(seen, 2);
    expect(proxy.asked.map((path) => new URL(path, proxy.url).searchParams.get("try"))).toEqual([null, "1", "2"]);
    expect(await connection.call("heartbeat", {})).toHaveProperty("serverTime");
  });
});
