import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";

import { commands } from "#protocol/commands.ts";
import { madeApiKey } from "#protocol/developers.ts";
import { DomainError } from "#server/errors.ts";
import { type CommandRefused, connect, makeGuest, makeStaff, type TestClient } from "#server/testing/clients.ts";
import { expectProblem, httpClient, read } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";
import { openSocket } from "#server/testing/web-socket.ts";

import { createHooks, type Occasion, type Occurrence } from "./hooks.ts";
import { standingRooms } from "./sessions.ts";

let running: TestNode;

beforeAll(async () => {
  running = await startTestNode();
});

describe("a handshake", () => {
  it("may be refused by the shop's own code, in its own words", async () => {
    const banned = await makeGuest(running, "Banned");
    running.node.hooks.beforeHandshake(({ identity }) => {
      if (identity.name === "Banned") throw new DomainError("forbidden", "You are not welcome here.");
    });
    await expect(connect(running, banned)).rejects.toMatchObject({ error: { code: "forbidden" } } satisfies { error: Partial<CommandRefused["error"]> });
    expect(running.node.sessions.ofUser(banned.user.id)).toEqual([]);
    await connect(running, await makeGuest(running));
  });

  it("gives the session attributes, which stay with it", async () => {
    const { hooks, sessions } = running.node;
    const welcomed: unknown[] = [];
    hooks.beforeHandshake(({ attributes, gateway, address }) => void attributes.set("from", `${gateway} ${address}`));
    hooks.afterHandshake(({ attributes }) => void welcomed.push(attributes.get("from")));
    const { user } = await connect(running, await makeGuest(running));
    expect(welcomed).toEqual(["socketio 127.0.0.1"]);
    expect(sessions.ofUser(user.id)[0]?.attributes.get("from")).toBe("socketio 127.0.0.1");
  });

  it("fails closed when that code fails", async () => {
    const hooks = createHooks(running.node.log);
    hooks.beforeHandshake(() => Promise.reject(new Error("its database is away")));
    const { identity } = running.node.sessions.all()[Symbol.iterator]().next().value ?? {};
    if (identity === undefined) throw new Error("nobody is there");
    await expect(hooks.admit({ identity, gateway: "ws", address: "" })).rejects.toThrow("its database is away");
  });
});

describe("what happens to sessions", () => {
  it("is told with session, user, attributes and destination", async () => {
    const told: [Occasion, string, string | null][] = [];
    const guest = await makeGuest(running);
    const agent = await makeStaff(running);
    const names = new Map([[guest.user.id, "guest"], [agent.user.id, "agent"]]);
    const note = (occasion: Occasion) => ({ userId, session, attributes, destination }: Occurrence) => {
      const name = names.get(userId);
      if (name === undefined) return;
      expect(attributes).toBe(session?.attributes ?? attributes);
      told.push([occasion, name, destination]);
    };
    const occasions: Occasion[] = ["connected", "subscribed", "unsubscribed", "disconnected", "waiter:registered", "waiter:unregistered"];
    const ends = occasions.map((occasion) => running.node.hooks.on(occasion, note(occasion)));

    const customer = await connect(running, guest);
    const { conversationId } = await customer.say("Hello");
    const staff = await connect(running, agent);
    await staff.call("conversation:open", { conversationId });
    await staff.call("presence:watch", {});
    await staff.call("waiter:register", {});
    await staff.call("waiter:register", {});
    await staff.call("waiter:unregister", {});
    await staff.call("conversation:close", { conversationId });
    customer.close();
    await expect.poll(() => told.at(-1)).toEqual(["disconnected", "guest", null]);
    expect(told).toEqual([
      ["connected", "guest", null], ["connected", "agent", null],
      ["subscribed", "agent", `conversation:${conversationId}`], ["subscribed", "agent", "presence"],
      ["waiter:registered", "agent", null], ["waiter:unregistered", "agent", null],
      ["unsubscribed", "agent", `conversation:${conversationId}`], ["disconnected", "guest", null],
    ]);
    for (const end of ends) end();
    staff.close();
    await expect.poll(() => running.node.sessions.ofUser(agent.user.id)).toEqual([]);
    expect(told).toHaveLength(8);
  });

  it("harms nobody when a listener fails", async () => {
    const end = running.node.hooks.on("connected", () => {
      throw new Error("a listener of the shop's own");
    });
    const client = await connect(running, await makeGuest(running));
    expect((await client.say("Hello")).seq).toBe(1);
    end();
  });

  it("leaves out the rooms that one stands in for who one is", async () => {
    const told: (string | null)[] = [];
    const end = running.node.hooks.on("subscribed", ({ destination }) => void told.push(destination));
    const client = await connect(running, await makeStaff(running));
    await client.call("waiter:register", {});
    const [session] = running.node.sessions.ofUser(client.user.id);
    expect([...session?.rooms ?? []]).toEqual(expect.arrayContaining(session === undefined ? ["none"] : standingRooms(session.identity)));
    expect(told).toEqual([]);
    end();
  });
});

describe("a message of one's own type", () => {
  const parcel = z.object({ number: z.string().check(z.maxLength(40)) });
  let customer: TestClient;

  beforeAll(async () => {
    running.node.hooks.onMessage("parcel:find", parcel, ({ identity }, { number }) => ({ number, for: identity.name }));
    running.node.hooks.onMessage("parcel:forget", parcel, () => undefined);
    running.node.hooks.onMessage("parcel:break", parcel, () => {
      throw new DomainError("conflict", "It is on its way already.");
    });
    running.node.hooks.onMessage("parcel:fall", parcel, () => {
      throw new Error("a secret of the shop");
    });
    customer = await connect(running, await makeGuest(running, "Lin"));
  });

  it("arrives over every gateway as the command of that name", async () => {
    const input = { number: "SF1" };
    const data = { number: "SF1", for: "Lin" };
    expect(await customer.ask("parcel:find", input)).toEqual({ ok: true, data });
    expect((await httpClient(running, customer.token)("POST", "/api/v1/commands/parcel:find", { body: input })).body).toEqual(data);
    const socket = await openSocket(running, `/ws?token=${customer.token}`);
    socket.send(JSON.stringify({ type: "parcel:find", content: input, id: 7 }));
    expect(await socket.next((frame) => frame.includes(`"id":7`))).toBe(JSON.stringify({ type: "ack", id: 7, content: { ok: true, data } }));
    expect(await customer.ask("parcel:forget", input)).toEqual({ ok: true, data: {} });
  });

  it("is checked like any other: shape, caller, depth", async () => {
    for (const input of [{}, { number: 1 }, null, [], "x"]) expect(await customer.ask("parcel:find", input)).toMatchObject({ ok: false, error: { code: "bad_request" } });
    expectProblem(await httpClient(running)("POST", "/api/v1/commands/parcel:find", { body: { number: "1" } }), "unauthenticated");
    let deep: unknown = "x";
    for (let n = 0; n < 20; n += 1) deep = [deep];
    expect(await customer.ask("parcel:find", { number: "1", deep })).toMatchObject({ ok: false, error: { code: "bad_request" } });
    const admin = httpClient(running, (await makeStaff(running, "admin")).token);
    const { key } = read(await admin("POST", "/api/v1/api-keys", { body: { name: "k", scopes: ["push", "messages", "read", "notices"] } }), madeApiKey);
    expectProblem(await httpClient(running, key)("POST", "/api/v1/commands/parcel:find", { body: { number: "1" } }), "forbidden");
  });

  it("fails as the contract says, and tells nothing of the inside", async () => {
    expect(await customer.ask("parcel:break", { number: "1" })).toMatchObject({ ok: false, error: { code: "conflict", message: "It is on its way already." } });
    const fallen = await customer.ask("parcel:fall", { number: "1" });
    expect(fallen).toMatchObject({ ok: false, error: { code: "internal" } });
    expect(JSON.stringify(fallen)).not.toContain("secret");
  });

  it("leaves unknown commands unknown", async () => {
    for (const name of ["parcel:lose", "parcel", "__proto__", "constructor", "toString", "PARCEL:FIND", ""]) {
      expect(await customer.ask(name === "" ? "parcel:" : name, {})).toMatchObject({ ok: false, error: { code: "bad_request" } });
    }
    expectProblem(await httpClient(running, customer.token)("POST", "/api/v1/commands/parcel:lose", { body: {} }), "not_found");
  });

  it("has a name of its own", () => {
    const hooks = createHooks(running.node.log);
    hooks.onMessage("mine", parcel, () => ({}));
    for (const name of [...Object.keys(commands), "hello", "push", "mine", "", "a b", "1", "a".repeat(61), "__proto__"]) {
      expect(() => hooks.onMessage(name, parcel, () => ({})), name).toThrow(`"${name}" cannot be`);
    }
  });
});
