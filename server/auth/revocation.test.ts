import { beforeAll, describe, expect, test } from "vitest";
import type { Bus } from "#server/bus.ts";
import type { Platform } from "#server/platform.ts";
import { createId } from "#server/ids.ts";
import { atEnd } from "#server/testing/clean-up.ts";
import { createTestDatabase, type TestDatabase } from "#server/testing/database.ts";
import { createGuest, login, logout } from "./accounts.ts";
import { authenticate, type Identity } from "./identity.ts";
import { createRevocation, type LiveIdentity, revoke, type Revocation } from "./revocation.ts";
import type { RevocationReason } from "./sign-in-states.ts";
import { addStaff, createTestPlatform } from "#server/testing/platform.ts";

const here = { address: "192.0.2.1" };
type Gone = LiveIdentity & { reason: RevocationReason };

let database: TestDatabase;
let platform: Platform;

beforeAll(async () => {
  database = await createTestDatabase();
  platform = await createTestPlatform({}, database);
});

/** Watches over these identities; `next` resolves when the first has to go. */
function watch(node: Platform, live: Identity[]): { revocation: Revocation; gone: Gone[]; next: Promise<Gone> } {
  const gone: Gone[] = [];
  let resolve: (one: Gone) => void = () => {};
  const next = new Promise<Gone>((done) => {
    resolve = done;
  });
  const revocation = createRevocation(node, {
    liveIdentities: () => live,
    onRevoked: (one) => {
      gone.push(one);
      resolve(one);
    },
  });
  atEnd(() => Promise.resolve(revocation.close()));
  return { revocation, gone, next };
}

async function guest(): Promise<Identity> {
  return authenticate(platform, (await createGuest(platform, {}, here)).token);
}

async function staff(): Promise<Identity> {
  const { email } = await addStaff(platform);
  return authenticate(platform, (await login(platform, { email, password: "correct horse" }, here)).token);
}

test("tells at once of a logout on this node, and of nobody else", async () => {
  const [leaver, stayer] = [await guest(), await guest()];
  const { gone, next, revocation } = watch(platform, [leaver, stayer]);
  await logout(platform, leaver, {});
  expect(await next).toEqual({ userId: leaver.userId, signInId: leaver.signInId, version: 1, role: "customer", reason: "revoked" });
  await revocation.check();
  expect(gone.every(({ userId }) => userId === leaver.userId)).toBe(true);
});

test("finds within 5 s what happened on a node that it cannot hear", async () => {
  const leaver = await staff();
  const other = await createTestPlatform({}, database);
  const { next } = watch(other, [leaver]);
  const start = performance.now();
  await logout(platform, leaver, { everywhere: true });
  expect((await next).reason).toBe("revoked");
  expect(performance.now() - start).toBeLessThan(5_000);
});

describe("distinguishes", () => {
  test.each([
    ["merged", { mergedIntoId: "0190b6c8-0000-7000-8000-000000000001", version: 9 }],
    ["role_changed", { role: "agent", version: 9 }],
    ["revoked", { version: 9 }],
    ["revoked", { disabled: true }],
  ] as const)("%s", async (reason, data) => {
    const leaver = await guest();
    const { gone, revocation } = watch(platform, [leaver]);
    await platform.database.prisma.user.update({ where: { id: leaver.userId }, data });
    await revocation.check();
    expect(gone.map((one) => one.reason)).toContain(reason);
  });

  test("expired", async () => {
    const leaver = await guest();
    const { gone, revocation } = watch(platform, [leaver]);
    await platform.database.prisma.signIn.update({ where: { id: leaver.signInId }, data: { expiresAt: new Date(Date.now() - 1) } });
    await revocation.check();
    expect(gone.map((one) => one.reason)).toContain("expired");
  });
});

test("asks the database before it believes another node", async () => {
  const stayer = await guest();
  let hear: (payload: unknown) => void = () => {};
  const bus: Bus = { ...platform.bus, subscribe: (_, listener) => ((hear = (payload) => listener(payload, "another node")), () => {}) };
  const { gone, revocation } = watch({ ...platform, bus }, [stayer]);
  for (const payload of [{ userId: stayer.userId }, { signInId: stayer.signInId }, null, "x", { userId: { $ne: 1 } }, []]) hear(payload);
  await revocation.check();
  expect(gone).toEqual([]);
});

test("hears another node", async () => {
  const leaver = await guest();
  let hear: (payload: unknown) => void = () => {};
  const bus: Bus = { ...platform.bus, subscribe: (_, listener) => ((hear = (payload) => listener(payload, "another node")), () => {}) };
  const { next } = watch({ ...platform, bus }, [leaver]);
  await platform.database.prisma.signIn.update({ where: { id: leaver.signInId }, data: { endedAt: new Date() } });
  const start = performance.now();
  hear({ signInId: leaver.signInId });
  await next;
  expect(performance.now() - start).toBeLessThan(1_500);
});

test("tells the other nodes", () => {
  const told: { topic: string; payload: unknown }[] = [];
  const bus = { ...platform.bus, publish: (topic: string, payload: unknown) => void told.push({ topic, payload }) };
  revoke({ ...platform, bus }, { userId: "u" });
  expect(told).toEqual([{ topic: "auth:revoked", payload: { userId: "u" } }]);
});

test("believes a node that names someone while the database is away, and sends nobody else off", async () => {
  const own = await createTestPlatform();
  const stayer = await authenticate(own, (await createGuest(own, {}, here)).token);
  const { pool } = own.database;
  Object.assign(pool, { query: () => Promise.reject(new Error("connection refused")) });
  let hear: (payload: unknown) => void = () => {};
  const bus: Bus = { ...own.bus, subscribe: (_, listener) => ((hear = (payload) => listener(payload, "another node")), () => {}) };
  const { gone, next, revocation } = watch({ ...own, bus }, [stayer]);
  hear({ signInId: createId() });
  await revocation.check();
  expect(gone).toEqual([]);
  hear({ signInId: stayer.signInId });
  await next;
  expect(gone).toMatchObject([{ userId: stayer.userId, reason: "revoked" }]);
});
