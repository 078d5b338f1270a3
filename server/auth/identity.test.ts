import { beforeAll, describe, expect, test, onTestFinished, vi } from "vitest";
import { createId } from "#server/ids.ts";
import type { Platform } from "#server/platform.ts";
import { createGuest, login, logout, refresh } from "./accounts.ts";
import { authenticate } from "./identity.ts";
import { createSignInStates, signInStates, type SignInState } from "./sign-in-states.ts";
import { addStaff, createTestPlatform } from "#server/testing/platform.ts";
import { signToken } from "./tokens.ts";

const here = { address: "192.0.2.1" };
const password = "correct horse";
let platform: Platform;

beforeAll(async () => {
  platform = await createTestPlatform();
});

/** What another process changed is seen when the cached read is too old; a test need not wait for that. */
function forgetReads(): void {
  signInStates(platform).drop(null);
}

describe("authenticate", () => {
  test("answers who a guest is", async () => {
    const { token, user, expiresAt } = await createGuest(platform, { name: "小明", locale: "en" }, here);
    const identity = await authenticate(platform, token);
    expect(identity).toMatchObject({ userId: user.id, role: "customer", name: "小明", guest: true, version: 1, via: "access", scopes: null, locale: "en" });
    expect(identity.expiresAt.toISOString()).toBe(expiresAt);
  });

  test.each([
    ["disabled", { disabled: true }],
    ["of another version", { version: { increment: 1 } }],
    ["of another role", { role: "admin" }],
  ] as const)("refuses a token whose user is %s", async (_, data) => {
    const { email, id } = await addStaff(platform);
    const { token } = await login(platform, { email, password }, here);
    await platform.database.prisma.user.update({ where: { id }, data });
    forgetReads();
    await expect(authenticate(platform, token)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test.each([
    ["ended", { endedAt: new Date() }],
    ["expired", { expiresAt: new Date(Date.now() - 1) }],
  ])("refuses a token whose sign-in has %s", async (_, data) => {
    const { token } = await createGuest(platform, {}, here);
    const { signInId } = await authenticate(platform, token);
    await platform.database.prisma.signIn.update({ where: { id: signInId }, data });
    forgetReads();
    await expect(authenticate(platform, token)).rejects.toMatchObject({ code: "unauthenticated", details: { reason: "ended" } });
  });

  test("refuses a well-signed token of someone else's sign-in", async () => {
    const one = await authenticate(platform, (await createGuest(platform, {}, here)).token);
    const other = await authenticate(platform, (await createGuest(platform, {}, here)).token);
    const claims = { sub: one.userId, role: "customer", sid: other.signInId, ver: 1 } as const;
    const token = await signToken(platform.secrets, "access", { claims, expiresAt: one.expiresAt });
    await expect(authenticate(platform, token)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("refuses a sign-in that never was", async () => {
    const claims = { sub: createId(), role: "customer", sid: createId(), ver: 1 } as const;
    const token = await signToken(platform.secrets, "access", { claims, expiresAt: new Date(Date.now() + 60_000) });
    await expect(authenticate(platform, token)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("says that the database is away, and recovers when it is back", async () => {
    const own = await createTestPlatform();
    const { token } = await createGuest(own, {}, here);
    const { pool } = own.database;
    const query = pool.query.bind(pool);
    Object.assign(pool, { query: () => Promise.reject(new Error("connection refused")) });
    await expect(authenticate(own, token)).rejects.toMatchObject({ code: "unavailable" });
    Object.assign(pool, { query });
    await expect(authenticate(own, token)).resolves.toMatchObject({ role: "customer" });
  });
});

describe("refresh", () => {
  test("answers a new token of the same sign-in", async () => {
    const { email } = await addStaff(platform);
    const first = await login(platform, { email, password }, here);
    const identity = await authenticate(platform, first.token);
    const again = await authenticate(platform, (await refresh(platform, identity)).token);
    expect(again).toMatchObject({ userId: identity.userId, signInId: identity.signInId });
  });

  test("gives staff 10 minutes, and never more than 24 h after the sign-in", async () => {
    const { email } = await addStaff(platform);
    const identity = await authenticate(platform, (await login(platform, { email, password }, here)).token);
    const fresh = await refresh(platform, identity);
    expect(Date.parse(fresh.expiresAt) - Date.now()).toBeGreaterThan(598_000);
    expect(Date.parse(fresh.expiresAt) - Date.now()).toBeLessThanOrEqual(600_000);
    const createdAt = new Date(Date.now() - 24 * 3_600_000 + 90_000);
    await platform.database.prisma.signIn.update({ where: { id: identity.signInId }, data: { createdAt } });
    const last = await refresh(platform, identity);
    expect(Date.parse(last.expiresAt) - Date.now()).toBeLessThanOrEqual(90_000);
  });

  test("keeps a member of staff signed in for 8 h of idleness, a customer for 30 days", async () => {
    const { email } = await addStaff(platform);
    const staff = await authenticate(platform, (await login(platform, { email, password }, here)).token);
    const guest = await authenticate(platform, (await createGuest(platform, {}, here)).token);
    const rows = await platform.database.prisma.signIn.findMany({ where: { id: { in: [staff.signInId, guest.signInId] } } });
    const hours = new Map(rows.map(({ userId, lastUsedAt, expiresAt }) => [userId, (expiresAt.getTime() - lastUsedAt.getTime()) / 3_600_000]));
    expect(hours.get(staff.userId)).toBe(8);
    expect(hours.get(guest.userId)).toBe(720);
  });

  test("refuses after the end of the sign-in, even where the identity was read before", async () => {
    const { email } = await addStaff(platform);
    const identity = await authenticate(platform, (await login(platform, { email, password }, here)).token);
    await logout(platform, identity, {});
    await expect(refresh(platform, identity)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("refuses identities without a sign-in of their own", async () => {
    const identity = await authenticate(platform, (await createGuest(platform, {}, here)).token);
    for (const via of ["ticket", "gateway", "key"] as const) {
      await expect(refresh(platform, { ...identity, via })).rejects.toMatchObject({ code: "forbidden" });
    }
  });
});

describe("logout", () => {
  test("ends this sign-in at once and no other", async () => {
    const { email } = await addStaff(platform);
    const one = await login(platform, { email, password }, here);
    const other = await login(platform, { email, password }, here);
    await logout(platform, await authenticate(platform, one.token), {});
    await expect(authenticate(platform, one.token)).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(authenticate(platform, other.token)).resolves.toBeDefined();
  });

  test("everywhere ends all of this user's and nobody else's", async () => {
    const { email } = await addStaff(platform);
    const stranger = await createGuest(platform, {}, here);
    const tokens = [await login(platform, { email, password }, here), await login(platform, { email, password }, here)].map(({ token }) => token);
    await logout(platform, await authenticate(platform, tokens[0] ?? ""), { everywhere: true });
    for (const token of tokens) await expect(authenticate(platform, token)).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(authenticate(platform, stranger.token)).resolves.toBeDefined();
    await expect(login(platform, { email, password }, here)).resolves.toBeDefined();
  });
});

describe("reads of sign-ins", () => {
  const state = (signInId: string): SignInState => ({
    signInId, expiresAt: new Date(), endedAt: null, userId: createId(), role: "customer", name: "", avatarUrl: null, guest: true,
    externalId: null, locale: "en", version: 1, disabled: false, mergedIntoId: null,
  });

  test("turn 10,000 arrivals at once into a handful of queries, one after the other", async () => {
    let queries = 0;
    let running = 0;
    const states = createSignInStates(async (ids) => {
      queries += 1;
      running += 1;
      expect(running).toBe(1);
      await new Promise(setImmediate);
      running -= 1;
      return ids.map(state);
    });
    const ids = Array.from({ length: 10_000 }, createId);
    const found = await Promise.all(ids.map((id) => states.find(id)));
    expect(found.map((one) => one?.signInId)).toEqual(ids);
    expect(queries).toBeLessThanOrEqual(11);
  });

  test("ask once for the same sign-in", async () => {
    let asked = 0;
    const states = createSignInStates((ids) => {
      asked += ids.length;
      return Promise.resolve(ids.map(state));
    });
    const id = createId();
    await Promise.all(Array.from({ length: 50 }, () => states.find(id)));
    await states.find(id);
    expect(asked).toBe(1);
    states.drop(id);
    await states.find(id);
    expect(asked).toBe(2);
  });

  test("make nobody wait in turn for a database that hangs", async () => {
    vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const states = createSignInStates(() => new Promise((_, reject) => setTimeout(() => reject(new Error("hangs")), 1_800)));
    const first = states.find(createId()).catch(String);
    await new Promise(setImmediate);
    const second = states.find(createId()).catch(String);
    await vi.advanceTimersByTimeAsync(1_800);
    expect(await Promise.all([first, second])).toEqual(["Error: hangs", "Error: hangs"]);
  });

  test("do not remember a failure", async () => {
    let fails = true;
    const states = createSignInStates((ids) => (fails ? Promise.reject(new Error("away")) : Promise.resolve(ids.map(state))));
    const id = createId();
    await expect(states.find(id)).rejects.toThrow("away");
    fails = false;
    await expect(states.find(id)).resolves.toMatchObject({ signInId: id });
  });
});
