import { beforeAll, describe, expect, it } from "vitest";

import { sessionRow } from "#protocol/http.ts";
import { waiter } from "#protocol/objects.ts";
import { createId } from "#server/ids.ts";
import { connect, makeGuest, makeStaff } from "#server/testing/clients.ts";
import { expectProblem, type HttpClient, httpClient, pageOf, read } from "#server/testing/http-client.ts";
import { startTestNode, type TestNode } from "#server/testing/node.ts";

let running: TestNode;
let admin: HttpClient;
let agent: HttpClient;

beforeAll(async () => {
  running = await startTestNode();
  admin = httpClient(running, (await makeStaff(running, "admin")).token);
  agent = httpClient(running, (await makeStaff(running, "agent")).token);
});

describe("sessions", () => {
  it("are listed newest first, by role, user and id, in pages", async () => {
    const [guest, staff] = [await makeGuest(running), await makeStaff(running)];
    const first = await connect(running, guest);
    await connect(running, staff);
    await connect(running, guest);
    const list = async (query = "") => read(await agent("GET", `/api/v1/sessions${query}`), pageOf(sessionRow));

    expect((await list()).items.map(({ user }) => user.id)).toEqual([guest.user.id, staff.user.id, guest.user.id]);
    expect((await list("?role=agent")).items).toEqual([expect.objectContaining({ user: staff.user, gateway: "socketio", node: running.node.id })]);
    expect((await list("?role=&userId=&limit=&cursor=")).items).toEqual((await list()).items);
    const { items } = await list(`?userId=${guest.user.id}`);
    expect(items).toHaveLength(2);
    expect((await list(`?id=${items[0]?.id ?? ""}`)).items).toEqual([items[0]]);
    expect((await list(`?id=${createId()}`)).items).toEqual([]);
    const page = await list("?limit=2");
    expect((await list(`?limit=2&cursor=${page.cursor ?? ""}`)).items.map(({ id }) => id)).toEqual([items[1]?.id]);
    expect(JSON.stringify(page)).not.toMatch(/token|address|127\.0\.0\.1|@example/);
    for (const query of ["?role=everyone", "?userId=1", "?id[]=1", "?id[not]="]) expectProblem(await agent("GET", `/api/v1/sessions${query}`), "bad_request");
    first.close();
    await expect.poll(async () => (await list(`?userId=${guest.user.id}`)).items.length).toBe(1);
  });

  it("are ended by an admin, and told not to come back", async () => {
    const client = await connect(running, await makeGuest(running));
    const { sessionId } = await client.next("hello");
    expectProblem(await agent("DELETE", `/api/v1/sessions/${sessionId}`), "forbidden");
    expect((await admin("DELETE", `/api/v1/sessions/${sessionId}`)).status).toBe(204);
    expect(await client.next("session:bye")).toEqual({ code: "disconnected", reconnectInMs: null });
    await expect.poll(() => client.socket.connected).toBe(false);
    await expect.poll(async () => (await admin("DELETE", `/api/v1/sessions/${sessionId}`)).status).toBe(404);
    expectProblem(await admin("DELETE", "/api/v1/sessions/nothing"), "bad_request");
  });
});

describe("waiters", () => {
  const list = async () => read(await agent("GET", "/api/v1/waiters"), pageOf(waiter)).items.map(({ userId }) => userId);

  it("register and remove themselves", async () => {
    const { token, user } = await makeStaff(running);
    const client = await connect(running, await makeStaff(running));
    const me = httpClient(running, token);
    expect(read(await me("PUT", "/api/v1/waiters/me"), pageOf(waiter)).items.map(({ userId }) => userId)).toContain(user.id);
    expect((await me("PUT", "/api/v1/waiters/me")).status).toBe(200);
    await client.next("waiter:changed", ({ waiters }) => waiters.some(({ userId }) => userId === user.id));
    expect(await list()).toContain(user.id);
    expect((await me("DELETE", "/api/v1/waiters/me")).status).toBe(204);
    expect((await me("DELETE", "/api/v1/waiters/me")).status).toBe(204);
    expect(await list()).not.toContain(user.id);
  });

  it("are registered and removed by an admin, but never a customer", async () => {
    const [{ user }, guest] = [await makeStaff(running), await makeGuest(running)];
    expect((await admin("PUT", `/api/v1/waiters/${user.id}`)).status).toBe(200);
    expect(await list()).toContain(user.id);
    expectProblem(await agent("DELETE", `/api/v1/waiters/${user.id}`), "forbidden");
    expect((await admin("DELETE", `/api/v1/waiters/${user.id}`)).status).toBe(204);
    expectProblem(await admin("PUT", `/api/v1/waiters/${guest.user.id}`), "not_found");
    expectProblem(await admin("PUT", `/api/v1/waiters/${createId()}`), "not_found");
    expectProblem(await admin("PUT", "/api/v1/waiters/someone"), "bad_request");
    expectProblem(await httpClient(running, guest.token)("PUT", "/api/v1/waiters/me"), "forbidden");
  });
});
